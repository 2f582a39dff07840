import { needsOf } from '../needs.ts';
import type { ServerType } from '../server-type.ts';
import { configFile, toolsYaml } from '../toolbox/toolbox-config.ts';
import { toolboxContainer, toolboxImage } from '../toolbox/toolbox-container.ts';
import { engineCheck } from './search-check.ts';
import { engineSource } from './search-config.ts';
import { credentialOf } from './search-credentials.ts';
import { engineDestination } from './search-destination.ts';
import { engineId } from './search-id.ts';
import type { SearchMcpInstanceSpec, SearchPolicy } from './search-instance.ts';
import { searchEngineApi, searchMcpInstanceApi } from './search-kinds.ts';
import { effectivePolicy } from './search-policy.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** Search engines over MCP, read-only. https://github.com/googleapis/mcp-toolbox */
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
  needs: (spec) => needsOf(spec, (ref) => [credentialOf(spec.type, ref)]),
  destination: engineDestination,
  effective: effectivePolicy,
  // The names of the other tools do not change if it is left out, because they are separate.
  keeps: () => false,
  source: engineSource,
  check: engineCheck,
  config: toolsYaml,
  container: toolboxContainer,
  serves: { mcpPath: '/mcp', healthPath: '/healthz' },
  gate: true,
};
