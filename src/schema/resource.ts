import { z } from 'zod';
import { dataKey, duration, namespaceName, objectName, text } from './fields.ts';

/** The fields of every `credentialsRef`. A server type adds the keys that it reads. */
export const credentialsRefFields = {
  name: objectName('Name of the Secret.'),
  namespace: namespaceName(
    'Namespace of the Secret. Default: this namespace. A Secret in another namespace must allow this namespace in its annotation tas.io/allowed-namespaces.',
  ).optional(),
} as const;

/** Where a certificate authority is stored, in the namespace of the Resource. */
export const CaRef = z
  .object({
    kind: z.enum(['Secret', 'ConfigMap']).default('Secret').meta({ description: 'Kind of the object.' }),
    name: objectName('Name of the object, in this namespace.'),
    key: dataKey('Key of the PEM certificates in the object.').default('ca.crt'),
  })
  .meta({ description: 'Certificate authorities that verify the certificate of the server.' });
export type CaRef = z.infer<typeof CaRef>;

/** The fields of the spec of every Resource, for all server types. */
export const resourceFields = {
  description: text(1024, 'Description of the content, for the people and models that use it.').optional(),
  readOnly: z.boolean().optional().meta({
    description:
      'Whether the Resource may only be read. It is read-only if this field or the policy of the Instance is true.',
  }),
  externalSecret: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether External Secrets fetches the Secret.' }),
      refreshInterval: duration('How often the Secret is fetched.').default('1h'),
    })
    .optional()
    .meta({
      description: 'Fetches the Secret in credentialsRef from the store that the platform configures.',
    }),
} as const;

/** The common part of the spec of a Resource, as the function reads it. */
export const CommonResourceSpec = z.object(resourceFields);
export type CommonResourceSpec = z.infer<typeof CommonResourceSpec>;
