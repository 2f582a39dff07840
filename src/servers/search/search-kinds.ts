import { instanceKind, resourceKind, specColumn } from '../kinds.ts';
import { SearchMcpInstanceSpec, SearchMcpInstanceStatus } from './search-instance.ts';
import { SearchEngineSpec } from './search-resource.ts';

/** A search engine that a tenant declares. */
export const searchEngineApi = resourceKind({
  kind: 'SearchEngine',
  plural: 'searchengines',
  shortNames: ['se'],
  description:
    'A search engine with a reference to its credentials. The SearchMCPInstances in its namespace can serve it.',
  spec: SearchEngineSpec,
  columns: [specColumn('Type', 'type'), specColumn('Host', 'host')],
});

/** A server that serves the selected SearchEngines. */
export const searchMcpInstanceApi = instanceKind({
  kind: 'SearchMCPInstance',
  plural: 'searchmcpinstances',
  shortNames: ['searchmcp'],
  description: 'An MCP Toolbox server that serves SearchEngines in its namespace to MCP clients.',
  spec: SearchMcpInstanceSpec,
  status: SearchMcpInstanceStatus,
  resources: 'Engines',
});
