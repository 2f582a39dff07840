import { z } from 'zod';
import { instanceFields } from '../../schema/instance.ts';
import { oneSpelling, readOnlyFields } from '../../schema/read-only.ts';
import { ruled } from '../../schema/rules.ts';
import { instanceStatus } from '../../schema/status.ts';
import { toolboxPort } from '../toolbox/toolbox-port.ts';

/** The policy for every APIEndpoint of an Instance. */
export const ApiPolicy = ruled(
  z.object({
    ...readOnlyFields('Whether APIs may only be read. Then only GET and HEAD operations become tools.'),
    maxOperations: z.int().min(1).max(500).default(100).meta({
      description: 'Maximum number of operations of an API that become tools, in the order of the API.',
    }),
  }),
  [oneSpelling],
  { description: 'Policy for every API of this Instance.' },
);
export type ApiPolicy = z.infer<typeof ApiPolicy>;

/** Spec of an APIMCPInstance. */
export const ApiMcpInstanceSpec = z
  .object({
    ...instanceFields,
    port: toolboxPort,
    defaultPolicy: ApiPolicy.prefault({}).meta({ description: 'Policy for every API of this Instance.' }),
  })
  .meta({ description: 'A server that serves the selected APIEndpoints.' });
export type ApiMcpInstanceSpec = z.infer<typeof ApiMcpInstanceSpec>;

/** Status of an APIMCPInstance. */
export const ApiMcpInstanceStatus = instanceStatus('APIs', {
  operations: z.int().optional().meta({ description: 'Number of operations that are served as tools.' }),
  leftOut: z.string().max(1024).optional().meta({
    description:
      'Operations and parts of operations that cannot be served, with the reasons, and patterns of allow that match no operation.',
  }),
});
