import { z } from 'zod';
import { dataKey, duration, namespaceName, objectName, text } from './fields.ts';

/** Fields of every `credentialsRef`; a type adds the keys that it reads. */
export const credentialsRefFields = {
  name: objectName('Name of the Secret.'),
  namespace: namespaceName(
    'Namespace of the Secret; this one by default. Another one must consent by the annotation tas.io/allowed-namespaces on the Secret.',
  ).optional(),
} as const;

/** Where a certificate authority is found, in the Resource's own namespace. */
export const CaRef = z
  .object({
    kind: z.enum(['Secret', 'ConfigMap']).default('Secret').meta({ description: 'Kind of the object.' }),
    name: objectName('Name of the object, in this namespace.'),
    key: dataKey('Key that holds the PEM certificates.').default('ca.crt'),
  })
  .meta({ description: 'Certificates to verify the server with.' });
export type CaRef = z.infer<typeof CaRef>;

/** The fields that the spec of every Resource has, whatever its server type. */
export const resourceFields = {
  description: text(1024, 'What it holds, for the people and models that use it.').optional(),
  readOnly: z.boolean().optional().meta({
    description:
      'Whether it may only be read. Read-only if either this or the policy of the Instance says so.',
  }),
  externalSecret: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether the Secret is fetched by External Secrets.' }),
      refreshInterval: duration('How often the Secret is fetched.').default('1h'),
    })
    .optional()
    .meta({
      description: 'Fetches the Secret of credentialsRef from the store that the platform has set up.',
    }),
} as const;

/** The spec that every Resource has, as the function reads it. */
export const CommonResourceSpec = z.object(resourceFields);
export type CommonResourceSpec = z.infer<typeof CommonResourceSpec>;
