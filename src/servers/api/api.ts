import { needsOf } from '../needs.ts';
import type { ServerType } from '../server-type.ts';
import { configFile, toolsYaml } from '../toolbox/toolbox-config.ts';
import { toolboxContainer, toolboxImage } from '../toolbox/toolbox-container.ts';
import { endpointCheck } from './api-check.ts';
import { endpointSource } from './api-config.ts';
import { credentialOf } from './api-credentials.ts';
import { endpointDestination } from './api-destination.ts';
import { endpointId } from './api-id.ts';
import type { ApiMcpInstanceSpec, ApiPolicy } from './api-instance.ts';
import { apiEndpointApi, apiMcpInstanceApi } from './api-kinds.ts';
import { effectivePolicy, endpointWork } from './api-policy.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { inlineProblem } from './inline.ts';
import { readOpenApi } from './openapi/read.ts';

const openApi = { name: 'openapi', read: readOpenApi };

/** HTTP APIs, operation by operation, over MCP. https://github.com/googleapis/mcp-toolbox */
export const api: ServerType<ApiEndpointSpec, ApiPolicy, ApiMcpInstanceSpec> = {
  name: 'api',
  group: 'api.tas.io',
  version: 'v1alpha1',
  resource: apiEndpointApi,
  instance: apiMcpInstanceApi,
  image: toolboxImage,
  configFile,
  id: endpointId,
  selection: (spec) => spec.resourceSelector,
  policy: (spec) => spec.defaultPolicy,
  unsupported: ({ operations = [] }) => {
    const message = inlineProblem(operations);
    return message === undefined ? undefined : { reason: 'Unsupported', message };
  },
  needs: (spec) => ({
    ...needsOf(spec, (ref) => [credentialOf(ref)]),
    ...(spec.openapi && {
      document: { name: spec.openapi.configMap, key: spec.openapi.key, reader: openApi },
    }),
  }),
  destination: endpointDestination,
  effective: effectivePolicy,
  work: endpointWork,
  // The names of the other tools do not change if it is left out, because they are separate.
  keeps: () => false,
  source: endpointSource,
  check: endpointCheck,
  config: toolsYaml,
  container: toolboxContainer,
  serves: { mcpPath: '/mcp', healthPath: '/healthz' },
  gate: true,
};
