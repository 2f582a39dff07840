import { ResourceStatus } from '../../schema/status.ts';
import { instanceColumns, instanceScale, resourceColumns, specColumn } from '../columns.ts';
import type { ApiKind } from '../server-type.ts';
import { ApiMcpInstanceSpec, ApiMcpInstanceStatus } from './api-instance.ts';
import { ApiEndpointSpec } from './api-resource.ts';

/** An HTTP API that a tenant declares. */
export const apiEndpointApi: ApiKind = {
  kind: 'APIEndpoint',
  plural: 'apiendpoints',
  shortNames: ['apie'],
  description:
    'An HTTP API, its operations and a reference to its credentials, for the APIMCPInstances of its namespace.',
  spec: ApiEndpointSpec,
  status: ResourceStatus,
  columns: resourceColumns(specColumn('URL', 'baseUrl')),
};

/** A server that serves the APIEndpoints it selects. */
export const apiMcpInstanceApi: ApiKind = {
  kind: 'APIMCPInstance',
  plural: 'apimcpinstances',
  shortNames: ['apii'],
  description: 'A server that serves APIEndpoints of its namespace to MCP clients.',
  spec: ApiMcpInstanceSpec,
  status: ApiMcpInstanceStatus,
  columns: instanceColumns('APIs'),
  scale: instanceScale,
};
