import type { ServerType } from '../../contract/server-type.ts';
import { configFile, toolboxBytes, toolboxRoutes, toolsYaml } from '../toolbox/config.ts';
import { toolboxContainer, toolboxImage } from '../toolbox/container.ts';
import { searchEngineApi, searchMcpInstanceApi } from './api.ts';
import { engineCheck } from './check.ts';
import { engineSource } from './config.ts';
import { credentialOf } from './credentials.ts';
import { engines } from './engines.ts';
import { engineId } from './id.ts';
import { effectivePolicy } from './policy.ts';
import type { SearchEngineSpec } from './search-engine.ts';
import type { SearchMcpInstanceSpec, SearchPolicy } from './search-mcp-instance.ts';

/** Search engines over MCP, for reading. https://github.com/googleapis/mcp-toolbox */
export const search: ServerType<SearchEngineSpec, SearchPolicy, SearchMcpInstanceSpec> = {
  name: 'search',
  group: 'search.tas.io',
  version: 'v1alpha1',
  resource: searchEngineApi,
  instance: searchMcpInstanceApi,
  image: toolboxImage,
  configFile,
  id: engineId,
  selection: (spec) => spec.resourceSelector,
  policy: (spec) => spec.defaultPolicy,
  unsupported: () => undefined,
  needs: ({ type, credentialsRef: ref, caRef }) => ({
    ...(ref && {
      credentials: {
        name: ref.name,
        ...(ref.namespace !== undefined && { namespace: ref.namespace }),
        values: [credentialOf(type, ref)],
      },
    }),
    ...(caRef && { ca: caRef }),
  }),
  destination: ({ type, host, port = engines[type].port }) => ({ host, port }),
  effective: effectivePolicy,
  // without it the tools of the others keep their names, as each has its own
  keeps: () => false,
  source: engineSource,
  check: engineCheck,
  config: toolsYaml,
  bytes: toolboxBytes,
  container: toolboxContainer,
  gate: toolboxRoutes,
};
