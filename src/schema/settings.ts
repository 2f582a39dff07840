import { z } from 'zod';
import { duration, image, labelValue, namespaceName, objectName } from './fields.ts';

/**
 * The settings of the platform. They are the `data` of the EnvironmentConfig `function-mcp`; what guards
 * something is read from there alone, as a tenant may choose the Composition and with it the Input.
 */

/** Name of the EnvironmentConfig that holds the platform's settings. */
export const settingsName = 'function-mcp';

const typeName = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[a-z][a-z0-9]*$/, 'must be the name of a server type');

const defaults = {
  environment: labelValue
    .optional()
    .meta({ description: 'Value of the label tas.io/environment on every object.' }),
  ttl: z
    .strictObject({
      pending: duration(
        'How soon an Instance is looked at again while something is still to be applied.',
      ).default('3s'),
      steady: duration('How soon it is looked at again when nothing is to be done.').default('60s'),
    })
    .prefault({})
    .meta({ description: 'How long an answer of the function holds.' }),
  probe: z
    .strictObject({
      interval: duration('How often each Resource is checked, unless its Instance says otherwise.').default(
        '5m',
      ),
    })
    .prefault({})
    .meta({ description: 'Defaults of the probe.' }),
};

/** Fields of the function's Input: defaults that guard nothing, below those of the EnvironmentConfig. */
export const InputSpec = z.strictObject(defaults).meta({
  description: 'Defaults of the function; the EnvironmentConfig function-mcp overrides them.',
});
export type InputSpec = z.infer<typeof InputSpec>;

const mayCompose = (what: string, needs: string) =>
  z
    .boolean()
    .optional()
    .meta({
      description: `Whether ${what}. Needs ${needs}. Absent: what exists is kept, and nothing is added.`,
    });

const imagePattern = z
  .string()
  .min(1)
  .max(512)
  .regex(
    /^[a-z0-9][-a-zA-Z0-9._:/@]*(\/\*)?$/,
    'must be a repository, an image, or a prefix that ends in "/*"',
  );

/** The `data` of the EnvironmentConfig. Unknown keys are refused, so that no guard is misspelt in silence. */
export const PlatformSettings = z
  .strictObject({
    environment: defaults.environment,
    ttl: z
      .strictObject({
        pending: duration('As in the Input.').optional(),
        steady: duration('As in the Input.').optional(),
      })
      .optional()
      .meta({
        description:
          'How long an answer of the function holds; 3s while something is to be applied, else 60s.',
      }),
    probe: z
      .strictObject({
        interval: duration(
          'How often each Resource is checked, unless its Instance says otherwise; 5m.',
        ).optional(),
        scrapeNamespaces: z
          .array(namespaceName('Name of a namespace.'))
          .max(16)
          .default([])
          .meta({ description: "Namespaces whose pods may read the probes' metrics." }),
      })
      .optional()
      .meta({ description: 'Defaults of the probe.' }),
    compose: z
      .strictObject({
        networkPolicies: mayCompose('NetworkPolicies guard the servers', 'the rights of platform.yaml'),
        podDisruptionBudgets: mayCompose(
          'PodDisruptionBudgets keep servers available',
          'the rights of platform.yaml',
        ),
        probes: mayCompose('the companion probe runs', 'the rights of platform.yaml'),
        externalSecrets: mayCompose(
          'ExternalSecrets fetch credentials',
          'External Secrets and the rights of platform.yaml',
        ),
        volumes: z.boolean().default(false).meta({
          description: 'Whether Resources may name PersistentVolumeClaims. Needs the right to read them.',
        }),
      })
      .prefault({})
      .meta({
        description: 'Which kinds the function may compose or read beyond what Crossplane may by default.',
      }),
    images: z
      .strictObject({
        renderer: image(
          'Image of the init container that renders configurations: the function itself.',
        ).optional(),
        servers: z
          .record(typeName, image('Image of a server type.'))
          .default({})
          .meta({ description: 'Image of the servers, by server type.', maxProperties: 16 }),
      })
      .prefault({})
      .meta({ description: 'Images that run by default.' }),
    allowedImages: z.record(typeName, z.array(imagePattern).max(64)).default({}).meta({
      description:
        "Images that tenants may name, by server type: a repository (any tag), an image, or a prefix ending in /*. Default: the type's own repository.",
      maxProperties: 16,
    }),
    allowedServiceAccounts: z
      .array(objectName('Name of a service account.'))
      .max(64)
      .default([])
      .meta({ description: 'Service accounts that tenants may name for their pods.' }),
    tolerations: z
      .strictObject({
        allowed: z.boolean().default(false).meta({ description: 'Whether tenants may set tolerations.' }),
      })
      .prefault({})
      .meta({ description: 'Tolerations on the pods of tenants.' }),
    credentials: z
      .strictObject({
        sourceNamespaces: z.array(namespaceName('Name of a namespace.')).max(256).optional().meta({
          description:
            'Namespaces whose Secrets other namespaces may use, if the Secret consents. Absent: any.',
        }),
        allowWildcard: z
          .boolean()
          .default(false)
          .meta({ description: 'Whether tas.io/allowed-namespaces may be "*" on a Secret.' }),
      })
      .prefault({})
      .meta({ description: 'Credentials across namespaces.' }),
    reach: z
      .strictObject({
        allowedHosts: z
          .array(
            z
              .string()
              .min(1)
              .max(253)
              .regex(
                /^(\*|(\*\.)?([-a-zA-Z0-9.]|\{namespace\})+)$/,
                'must be a host, an IPv4 address, "*." and a domain, or "*"; it may hold {namespace}',
              ),
          )
          .max(256)
          .optional()
          .meta({
            description:
              "Hosts that tenants' Resources may name: a host, an IPv4 address, *. and a domain, or * for any; {namespace} stands for the tenant's. What is the node's own, or the API server, only by its very name. Absent: any; but where tenants choose what is sent there (APIEndpoint, StorageBucket), of private addresses only the Services of the cluster.",
          }),
        exceptCidrs: z
          .array(
            z
              .string()
              .max(18)
              .regex(
                /^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/,
                'must be an IPv4 range such as "10.96.0.1/32"',
              ),
          )
          .max(64)
          .default([])
          .meta({
            description:
              'Addresses that no server may connect to, besides link-local ones, where NetworkPolicies are composed.',
          }),
      })
      .prefault({})
      .meta({ description: 'Where servers may go on behalf of tenants.' }),
    externalSecrets: z
      .strictObject({
        storeKind: z
          .enum(['ClusterSecretStore', 'SecretStore'])
          .default('ClusterSecretStore')
          .meta({ description: 'Kind of the store.' }),
        storeName: objectName('Name of the store.'),
        keyTemplate: z
          .string()
          .min(1)
          .max(256)
          .regex(
            /^([-A-Za-z0-9_./]|\{tenant\}|\{resource\}|\{namespace\})+$/,
            'may hold {tenant}, {namespace} and {resource}',
          )
          .default('tas/{tenant}/{resource}')
          .meta({ description: 'Key in the store, from {tenant}, {namespace} and {resource}.' }),
      })
      .optional()
      .meta({ description: 'Where ExternalSecrets fetch from.' }),
    limits: z
      .strictObject({
        resourcesPerInstance: z
          .int()
          .min(1)
          .max(500)
          .default(500)
          .meta({ description: 'Resources that an Instance serves at most; the oldest win.' }),
        replicasPerInstance: z
          .int()
          .min(1)
          .max(50)
          .default(50)
          .meta({ description: 'Replicas that an Instance has at most.' }),
        documentBytesPerInstance: z
          .int()
          .min(65_536)
          .max(64 * 1024 * 1024)
          .default(8 * 1024 * 1024)
          .meta({
            description:
              'Characters of documents (OpenAPI) that the Resources of an Instance have together at most, each document counted once; the oldest Resources win.',
          }),
        certificatesPerInstance: z.int().min(1).max(10_000).default(1000).meta({
          description:
            'Certificates of authorities (caRef) that the Resources of an Instance have together at most, each authority counted once; the oldest Resources win.',
        }),
      })
      .prefault({})
      .meta({ description: 'Limits for tenants.' }),
  })
  .meta({ description: 'Settings of the platform: the data of the EnvironmentConfig function-mcp.' });
export type PlatformSettings = z.infer<typeof PlatformSettings>;
