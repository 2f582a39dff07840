import { type AddressScope, addressKind } from '../../contract/addresses.ts';
import { type GateFile, type GateRoute, gatePort } from '../../contract/gate.ts';
import type { Source, SourceInput } from '../../contract/server-type.ts';
import type { ToolboxFragment } from '../toolbox/config.ts';
import type { ApiEndpointSpec } from './api-endpoint.ts';
import type { ApiPolicy } from './api-mcp-instance.ts';
import { type Base, baseOf } from './base-url.ts';
import { headerOf, purpose, queryOf } from './credentials.ts';
import { endpointId, longestTool } from './id.ts';
import { isReadOnly, servedOperations } from './policy.ts';
import { toolOf } from './tools.ts';

/** What one APIEndpoint adds: to what MCP Toolbox reads, and to the gate's routes. */
export interface Fragment extends ToolboxFragment {
  route: GateRoute;
}

/**
 * An APIEndpoint as a source of MCP Toolbox with a tool for each operation. The source leads to the gate beside the
 * server, which alone knows the credentials; Toolbox waits a little longer than it, to be told what it failed of.
 */
export const endpointSource = (input: SourceInput<ApiEndpointSpec, ApiPolicy>): Source => {
  const { name, spec, policy } = input;
  const id = endpointId(name);
  const base = baseOf(spec.baseUrl);
  const place = {
    source: id,
    basePath: `/${id}${base.path}`,
    ...(spec.description !== undefined && { about: spec.description }),
  };
  const { served } = servedOperations(spec, policy, input.document, longestTool(id));
  const fragment: Fragment = {
    source: {
      name: id,
      tls: 'disable',
      host: '127.0.0.1',
      port: gatePort,
      basePath: place.basePath,
      timeout: spec.timeout + 5,
      alone: true,
      privateAddresses: true,
    },
    tools: served.map((it) => toolOf(`${it.name}-${id}`, it.operation, place)),
    route: routeOf(base, input),
  };
  return { fragment };
};

const routeOf = (
  base: Base,
  { spec, policy, caPath, privateAddresses, placeholder }: SourceInput<ApiEndpointSpec, ApiPolicy>,
): GateRoute => {
  const ref = spec.credentialsRef;
  const header = ref && headerOf(ref);
  const query = ref && queryOf(ref);
  return {
    tls: base.tls,
    host: base.host,
    port: base.port,
    basePath: base.path,
    headers: header === undefined ? {} : { [header]: placeholder(purpose) },
    query: query === undefined ? {} : { [query]: placeholder(purpose) },
    ...(caPath !== undefined && { ca: caPath }),
    addresses: scopeOf(base.host, privateAddresses),
    readOnly: isReadOnly(spec, policy),
    timeout: spec.timeout,
  };
};

/** The node's own addresses only behind a host that says so itself, which the platform has then listed. */
const scopeOf = (host: string, privateAddresses: boolean): AddressScope => {
  if (!privateAddresses) return 'public';
  const named = /(^|\.)localhost$/i.test(host) || (/^[0-9.]+$/.test(host) && addressKind(host) === 'node');
  return named || /^metadata\.google\.internal$/i.test(host) ? 'any' : 'inside';
};

/** The gate's file, from all fragments. */
export const endpointRoutes = (fragments: readonly unknown[]): GateFile => ({
  routes: Object.fromEntries(
    (fragments as readonly Fragment[]).map(({ source, route }) => [source.name, route]),
  ),
});
