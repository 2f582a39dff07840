import type { GateRoute } from '../../contract/gate.ts';
import { mayWrite } from '../../schema/read-only.ts';
import type { Source, SourceInput } from '../server-type.ts';
import { toolboxSource } from '../toolbox/toolbox-config.ts';
import { pathOf } from '../toolbox/toolbox-source.ts';
import { headerOf, purpose, queryOf } from './api-credentials.ts';
import { endpointId, longestTool } from './api-id.ts';
import type { ApiPolicy } from './api-instance.ts';
import { servedOperations } from './api-policy.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { type Base, baseOf } from './base-url.ts';
import { toolOf } from './tools.ts';

/**
 * An APIEndpoint as a source of MCP Toolbox with a tool for each operation. The source sends requests to the gate beside
 * the server. Only the gate has the credentials.
 */
export const endpointSource = (input: SourceInput<ApiEndpointSpec, ApiPolicy>): Source => {
  const { name, spec, policy, document } = input;
  const id = endpointId(name);
  const base = baseOf(spec.baseUrl);
  const source = { name: id, basePath: base.path, timeout: spec.timeout };
  const place = {
    source: id,
    basePath: pathOf(source),
    ...(spec.description !== undefined && { about: spec.description }),
  };
  const { served } = servedOperations(spec, policy, document, longestTool(id));
  const tools = served.map((it) => toolOf(`${it.name}-${id}`, it.operation, place));
  return toolboxSource(source, tools, routeOf(base, input));
};

const routeOf = (
  base: Base,
  { spec, policy, caPath, place, placeholder }: SourceInput<ApiEndpointSpec, ApiPolicy>,
): GateRoute => {
  const ref = spec.credentialsRef;
  const header = ref && headerOf(ref);
  const query = ref && queryOf(ref);
  return {
    tls: base.tls,
    host: place.host,
    ...(place.name !== undefined && { name: place.name }),
    port: base.port,
    basePath: base.path,
    headers: header === undefined ? {} : { [header]: placeholder(purpose) },
    query: query === undefined ? {} : { [query]: placeholder(purpose) },
    ...(caPath !== undefined && { ca: caPath }),
    readOnly: !mayWrite(spec, policy),
    addresses: place.addresses,
    timeout: spec.timeout,
  };
};
