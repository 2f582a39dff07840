import { z } from 'zod';
import { instanceFields } from '../../schema/instance.ts';
import { instanceStatus } from '../../schema/status.ts';
import { toolboxPort } from '../toolbox/toolbox-port.ts';

/** What may be done with a search engine; each is a tool for each of them, and none writes. */
export const Operation = z.enum([
  'list_indices',
  'get_mapping',
  'search',
  'count',
  'cluster_health',
  'query_dsl',
]);
export type Operation = z.infer<typeof Operation>;

/** What every SearchEngine of an Instance may be used for. */
export const SearchPolicy = z.object({
  maxHits: z.int().min(1).max(1000).default(100).meta({ description: 'Hits that a search returns at most.' }),
  allowedOperations: z
    .array(Operation)
    .min(1)
    .max(6)
    .default(['list_indices', 'get_mapping', 'search', 'count'])
    .meta({
      description:
        'Tools that are served for every search engine. query_dsl takes whole bodies of opensearch and elasticsearch, which can read other indices: it is left out where a SearchEngine lists its own.',
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
  .meta({ description: 'An MCP Toolbox that serves the SearchEngines it selects.' });
export type SearchMcpInstanceSpec = z.infer<typeof SearchMcpInstanceSpec>;

/** Status of a SearchMCPInstance. */
export const SearchMcpInstanceStatus = instanceStatus('search engines', {
  maxHits: z.int().optional().meta({ description: 'Hits that a search returns at most.' }),
});
