import { z } from 'zod';
import { allowances, typeName } from './allowances.ts';
import { cidrs } from './cidrs.ts';
import { duration, image, labelValue, namespaceName, objectName } from './fields.ts';

/**
 * The settings of the platform: the `data` of the EnvironmentConfig `function-mcp`. Security settings are read from
 * there only, because a tenant can choose the Composition and with it the Input.
 */

/** Name of the EnvironmentConfig with the platform's settings. */
export const settingsName = 'function-mcp';

const defaults = {
  environment: labelValue
    .optional()
    .meta({ description: 'Value of the label tas.io/environment on every object.' }),
  ttl: z
    .strictObject({
      pending: duration(
        'How soon Crossplane calls the function again while changes are not yet applied.',
      ).default('3s'),
      steady: duration('How soon Crossplane calls the function again if nothing is left to do.').default(
        '60s',
      ),
    })
    .prefault({})
    .meta({ description: 'How long a response of the function is valid.' }),
  probe: z
    .strictObject({
      interval: duration(
        'How often each Resource is checked, unless its Instance sets another interval.',
      ).default('5m'),
    })
    .prefault({})
    .meta({ description: 'Defaults of the probe.' }),
};

/** Fields of the function's Input: defaults without security relevance. The EnvironmentConfig overrides them. */
export const InputSpec = z.strictObject(defaults).meta({
  description: 'Defaults of the function. The EnvironmentConfig function-mcp overrides them.',
});
export type InputSpec = z.infer<typeof InputSpec>;

const mayCompose = (what: string, needs: string) =>
  z
    .boolean()
    .optional()
    .meta({
      description: `Whether ${what}. Requires ${needs}. Default: existing objects are kept, and no new ones are created.`,
    });

const characters = (description: string) =>
  z
    .int()
    .min(65_536)
    .max(64 * 1024 * 1024)
    .default(8 * 1024 * 1024)
    .meta({ description });

/** The `data` of the EnvironmentConfig. Unknown keys are errors, so that a misspelt security setting is noticed. */
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
          'How long a response of the function is valid. Default: 3s while changes are not yet applied, otherwise 60s.',
      }),
    probe: z
      .strictObject({
        interval: duration(
          'How often each Resource is checked, unless its Instance sets another interval. Default: 5m.',
        ).optional(),
        scrapeNamespaces: z
          .array(namespaceName('Name of a namespace.'))
          .max(16)
          .default([])
          .meta({ description: 'Namespaces whose pods may read the metrics of the probes.' }),
      })
      .optional()
      .meta({ description: 'Defaults of the probe.' }),
    compose: z
      .strictObject({
        networkPolicies: mayCompose(
          'to create NetworkPolicies for the servers',
          'the permissions in platform.yaml',
        ),
        podDisruptionBudgets: mayCompose(
          'to create PodDisruptionBudgets for the servers',
          'the permissions in platform.yaml',
        ),
        probes: mayCompose('to create the probes', 'the permissions in platform.yaml'),
        externalSecrets: mayCompose(
          'to create ExternalSecrets that fetch credentials',
          'External Secrets and the permissions in platform.yaml',
        ),
        volumes: z.boolean().default(false).meta({
          description:
            'Whether Resources may use PersistentVolumeClaims. Requires the permission to read them.',
        }),
      })
      .prefault({})
      .meta({
        description:
          'Which kinds the function may compose or read that Crossplane lacks permissions for by default.',
      }),
    images: z
      .strictObject({
        renderer: image(
          'Image of the init container and the sidecars. Default: the renderer image of the release.',
        ).optional(),
        servers: z
          .record(typeName, image('Image of a server type.'))
          .default({})
          .meta({ description: 'Default image of the servers, by server type.', maxProperties: 16 }),
      })
      .prefault({})
      .meta({ description: 'Default images.' }),
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
            'Namespaces whose Secrets other namespaces may use, if the Secret allows it. Default: all namespaces.',
        }),
        allowWildcard: z
          .boolean()
          .default(false)
          .meta({ description: 'Whether tas.io/allowed-namespaces may be "*" on a Secret.' }),
      })
      .prefault({})
      .meta({ description: 'Use of Secrets in other namespaces.' }),
    clusterDomain: z
      .string()
      .min(1)
      .max(189)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 'must be a DNS domain')
      .default('cluster.local')
      .meta({ description: 'DNS domain of the cluster, which ends the names of Services.' }),
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
                'must be a host, an IPv4 address, "*." and a domain, or "*", optionally with {namespace}',
              ),
          )
          .max(256)
          .optional()
          .meta({
            description:
              "Hosts that Resources may use: a host, an IPv4 address, `*.` and a domain, or `*` for every host. `{namespace}` stands for the tenant's namespace. Hosts of the node and of the API server must be listed by their exact names. Default: every other host, except that Resources whose requests tenants control (APIEndpoint, StorageBucket) reach only Services of the cluster at private addresses.",
          }),
        exceptCidrs: cidrs(
          'IPv4 or IPv6 ranges that no server may connect to for a tenant. The servers and the probe refuse them, and NetworkPolicies except them.',
        ),
        insideCidrs: cidrs(
          'Private networks of this platform in ranges that are otherwise public, shared or reserved, such as 100.100.0.0/16. Cloud metadata services in these ranges remain unreachable.',
        ),
        apiServerCidrs: cidrs(
          'Addresses of the API server: of its Service and of its nodes. Tenants cannot reach them. The probe can reach the ports 443 and 6443 only at these addresses. Default: the probe can reach these ports at every address that is not excepted.',
        ),
        podNamespaces: z.array(namespaceName('Name of a namespace.')).max(64).optional().meta({
          description:
            "Namespaces whose pods servers may reach at any address, for network plugins that do not match pods by address. Default: every namespace if exceptCidrs and apiServerCidrs are empty, otherwise the tenant's namespace.",
        }),
      })
      .prefault({})
      .meta({ description: 'Where servers may connect to for tenants.' }),
    externalSecrets: z
      .strictObject({
        storeKind: z
          .enum(['ClusterSecretStore', 'SecretStore'])
          .default('ClusterSecretStore')
          .meta({ description: 'Kind of the secret store.' }),
        storeName: objectName('Name of the secret store.'),
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
              'Key in the store. It must contain `{resource}`, and `{namespace}` or `{tenant}`, and a "/" or a "_" between two of them, so that every Resource has its own key. `{tenant}` is the namespace without "tas-". For a namespace without that prefix, it is "_" followed by the namespace.',
          }),
      })
      .optional()
      .meta({ description: 'The store that ExternalSecrets fetch from.' }),
    limits: z
      .strictObject({
        resourcesPerInstance: z
          .int()
          .min(1)
          .max(500)
          .default(500)
          .meta({ description: 'Maximum number of Resources of an Instance. The oldest are served.' }),
        replicasPerInstance: z
          .int()
          .min(1)
          .max(50)
          .default(50)
          .meta({ description: 'Maximum number of replicas of an Instance.' }),
        documentBytesPerInstance: characters(
          'Maximum number of characters in all OpenAPI documents of an Instance. Equal documents count once. The oldest Resources are served.',
        ),
        authorityBytesPerInstance: characters(
          'Maximum number of characters in all certificate authorities (caRef) of an Instance, as they are in their Secrets and ConfigMaps. Equal authorities count once. The oldest Resources are served.',
        ),
        certificatesPerInstance: z.int().min(1).max(10_000).default(1000).meta({
          description:
            'Maximum number of certificates in all certificate authorities (caRef) of an Instance. Equal authorities count once. The oldest Resources are served.',
        }),
      })
      .prefault({})
      .meta({ description: 'Limits for tenants.' }),
  })
  .meta({ description: 'Settings of the platform: the data of the EnvironmentConfig function-mcp.' });
export type PlatformSettings = z.infer<typeof PlatformSettings>;
