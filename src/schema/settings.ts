import { z } from 'zod';
import { allowances, typeName } from './allowances.ts';
import { cidrs } from './cidrs.ts';
import { duration, image, labelValue, namespaceName, objectName } from './fields.ts';

/**
 * The settings of the platform. They are the `data` of the EnvironmentConfig `function-mcp`; what guards
 * something is read from there alone, as a tenant may choose the Composition and with it the Input.
 */

/** Name of the EnvironmentConfig that holds the platform's settings. */
export const settingsName = 'function-mcp';

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
    ...allowances,
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
    clusterDomain: z
      .string()
      .min(1)
      .max(189)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 'must be a DNS domain')
      .default('cluster.local')
      .meta({ description: 'DNS domain of the cluster, below which Services have their names.' }),
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
        exceptCidrs: cidrs(
          'Addresses that no server may connect to for a tenant: IPv4 or IPv6 ranges. The servers and the probe refuse them, and NetworkPolicies except them.',
        ),
        insideCidrs: cidrs(
          'Private networks of this platform in ranges that are otherwise public, shared or reserved, such as 100.100.0.0/16. The metadata services of clouds in them stay out of reach.',
        ),
        apiServerCidrs: cidrs(
          'Addresses of the API server: of its Service and of its nodes. No tenant reaches them, and the probe reaches them alone on the ports 443 and 6443. Absent: the probe reaches these ports at any address that is not excepted.',
        ),
        podNamespaces: z.array(namespaceName('Name of a namespace.')).max(64).optional().meta({
          description:
            "Namespaces whose pods servers may reach whatever their addresses, for networks that do not match pods by address. Absent: every namespace while exceptCidrs and apiServerCidrs are empty, else the tenant's.",
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
            'must consist of letters, digits, "-", "_", ".", "/", {tenant}, {namespace} and {resource}',
          )
          .default('tas/{tenant}/{resource}')
          .meta({
            description:
              'Key in the store. It must have {resource}, {namespace} or {tenant}, and a "/" or a "_" between two of them, so that no two Resources get one key. {tenant} is the namespace without "tas-"; for a namespace without that prefix it is the namespace with "_" before it.',
          }),
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
