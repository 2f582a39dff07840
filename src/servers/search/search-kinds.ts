import { instanceKind, resourceKind, specColumn } from '../kinds.ts';
import { SearchMcpInstanceSpec, SearchMcpInstanceStatus } from './search-instance.ts';
import { SearchEngineSpec } from './search-resource.ts';

/** A search engine that a tenant declares. */
export const searchEngineApi = resourceKind({
  kind: 'SearchEngine',
  plural: 'searchengines',
  shortNames: ['se'],
  description:
    'A search engine, with a reference to its credentials, for the SearchMCPInstances of its namespace.',
  spec: SearchEngineSpec,
  columns: [specColumn('Type', 'type'), specColumn('Host', 'host')],
});

/** A server that serves the SearchEngines it selects. */
export const searchMcpInstanceApi = instanceKind({
  kind: 'SearchMCPInstance',
  plural: 'searchmcpinstances',
  shortNames: ['searchmcp'],
  description: 'An MCP Toolbox that serves SearchEngines of its namespace to MCP clients.',
  spec: SearchMcpInstanceSpec,
  status: SearchMcpInstanceStatus,
  resources: 'Engines',
});
