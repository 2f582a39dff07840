import { instanceKind, resourceKind, specColumn } from '../kinds.ts';
import { ApiMcpInstanceSpec, ApiMcpInstanceStatus } from './api-instance.ts';
import { ApiEndpointSpec } from './api-resource.ts';

/** An HTTP API that a tenant declares. */
export const apiEndpointApi = resourceKind({
  kind: 'APIEndpoint',
  plural: 'apiendpoints',
  shortNames: ['apie'],
  description:
    'An HTTP API with its operations and a reference to its credentials. The APIMCPInstances in its namespace can serve it.',
  spec: ApiEndpointSpec,
  columns: [specColumn('URL', 'baseUrl')],
});

/** A server that serves the selected APIEndpoints. */
export const apiMcpInstanceApi = instanceKind({
  kind: 'APIMCPInstance',
  plural: 'apimcpinstances',
  shortNames: ['apii'],
  description: 'A server that serves APIEndpoints in its namespace to MCP clients.',
  spec: ApiMcpInstanceSpec,
  status: ApiMcpInstanceStatus,
  resources: 'APIs',
});
