import { remembered } from '../../contract/remember.ts';
import type { ServerType } from '../../contract/server-type.ts';
import { configFile, toolboxBytes, toolboxRoutes, toolsYaml } from '../toolbox/config.ts';
import { toolboxContainer, toolboxImage } from '../toolbox/container.ts';
import { apiEndpointApi, apiMcpInstanceApi } from './api.ts';
import type { ApiEndpointSpec } from './api-endpoint.ts';
import type { ApiMcpInstanceSpec, ApiPolicy } from './api-mcp-instance.ts';
import { baseOf } from './base-url.ts';
import { endpointCheck } from './check.ts';
import { endpointSource } from './config.ts';
import { credentialOf } from './credentials.ts';
import { endpointId } from './id.ts';
import { inlineProblem } from './inline.ts';
import { readOpenApi } from './openapi/read.ts';
import { effectivePolicy } from './policy.ts';

/** Four of the longest documents; many of those that people write. */
const documents = remembered<ReturnType<typeof readOpenApi>>(4 * 1024 * 1024);
const readDocument = (text: string) => documents.of(text, () => readOpenApi(text));

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
  needs: ({ credentialsRef: ref, caRef, openapi }) => ({
    ...(ref && {
      credentials: {
        name: ref.name,
        ...(ref.namespace !== undefined && { namespace: ref.namespace }),
        values: [credentialOf(ref)],
      },
    }),
    ...(caRef && { ca: caRef }),
    ...(openapi && { document: { name: openapi.configMap, key: openapi.key, read: readDocument } }),
  }),
  destination: (spec) => {
    const { host, port } = baseOf(spec.baseUrl);
    return { host, port, arbitrary: true };
  },
  effective: effectivePolicy,
  // Without it the tools of the others keep their names, as each has its own.
  keeps: () => false,
  source: endpointSource,
  check: endpointCheck,
  config: toolsYaml,
  bytes: toolboxBytes,
  container: toolboxContainer,
  gate: toolboxRoutes,
};
