import { z } from 'zod';
import { instanceFields } from '../../schema/instance.ts';
import { instanceStatus } from '../../schema/status.ts';
import { toolboxPort } from '../toolbox/toolbox-port.ts';

/** The operations on a search engine. Each is a tool for each SearchEngine. None of them writes. */
export const Operation = z.enum([
  'list_indices',
  'get_mapping',
  'search',
  'count',
  'cluster_health',
  'query_dsl',
]);
export type Operation = z.infer<typeof Operation>;

/** The policy for every SearchEngine of an Instance. */
export const SearchPolicy = z.object({
  maxHits: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .meta({ description: 'Maximum number of hits that a search returns.' }),
  allowedOperations: z
    .array(Operation)
    .min(1)
    .max(6)
    .default(['list_indices', 'get_mapping', 'search', 'count'])
    .meta({
      description:
        'Tools that are served for every search engine. query_dsl accepts any search body for opensearch and elasticsearch. Such a body can read other indices, so query_dsl is not served for a SearchEngine with a list of indices.',
    }),
});
export type SearchPolicy = z.infer<typeof SearchPolicy>;

/** Spec of a SearchMCPInstance. */
export const SearchMcpInstanceSpec = z
  .object({
    ...instanceFields,
    port: toolboxPort,
    defaultPolicy: SearchPolicy.prefault({}).meta({
      description: 'Policy for every search engine of this Instance.',
    }),
  })
  .meta({ description: 'An MCP Toolbox server that serves the selected SearchEngines.' });
export type SearchMcpInstanceSpec = z.infer<typeof SearchMcpInstanceSpec>;

/** Status of a SearchMCPInstance. */
export const SearchMcpInstanceStatus = instanceStatus('search engines', {
  maxHits: z.int().optional().meta({ description: 'Maximum number of hits that a search returns.' }),
});
