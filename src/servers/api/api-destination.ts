import type { Destination } from '../server-type.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { baseOf } from './base-url.ts';

/** The host and port of an APIEndpoint. Tenants control the requests, because they declare the operations. */
export const endpointDestination = ({ baseUrl }: ApiEndpointSpec): Destination => {
  const { host, port } = baseOf(baseUrl);
  return { host, port, arbitrary: true };
};
