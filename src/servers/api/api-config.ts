import type { GateRoute } from '../../contract/gate.ts';
import { mayWrite } from '../../schema/read-only.ts';
import type { Source, SourceInput } from '../server-type.ts';
import type { ToolboxFragment } from '../toolbox/toolbox-config.ts';
import { pathOf } from '../toolbox/toolbox-source.ts';
import { headerOf, purpose, queryOf } from './api-credentials.ts';
import { endpointId, longestTool } from './api-id.ts';
import type { ApiPolicy } from './api-instance.ts';
import { endpointWork, servedOperations } from './api-policy.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { type Base, baseOf } from './base-url.ts';
import { toolOf } from './tools.ts';

/**
 * An APIEndpoint as a source of MCP Toolbox with a tool for each operation. The source leads to the gate beside the
 * server, which alone knows the credentials.
 */
export const endpointSource = (input: SourceInput<ApiEndpointSpec, ApiPolicy>): Source => {
  const { name, spec, policy, caPath, document, place, placeholder } = input;
  const key = JSON.stringify([name, policy, caPath, place, placeholder(purpose)]);
  const known = sources.get(spec);
  if (known && known.key === key && known.document === document) return known.source;
  const source = sourceOf(input);
  if (Object.isFrozen(spec) && endpointWork.written(spec, policy, document) <= maxRemembered)
    sources.set(spec, { key, document, source });
  return source;
};

/** Characters of a source that is remembered: a larger one takes too much memory for as long as its spec is known. */
const maxRemembered = 256 * 1024;

/** What became of specs that never change, as the same come with every call. */
const sources = new WeakMap<ApiEndpointSpec, { key: string; document: unknown; source: Source }>();

const sourceOf = (input: SourceInput<ApiEndpointSpec, ApiPolicy>): Source => {
  const { name, spec, policy } = input;
  const id = endpointId(name);
  const base = baseOf(spec.baseUrl);
  const source = { name: id, basePath: base.path, timeout: spec.timeout };
  const place = {
    source: id,
    basePath: pathOf(source),
    ...(spec.description !== undefined && { about: spec.description }),
  };
  const { served } = servedOperations(spec, policy, input.document, longestTool(id));
  const fragment: ToolboxFragment = {
    source,
    tools: served.map((it) => toolOf(`${it.name}-${id}`, it.operation, place)),
    route: routeOf(base, input),
  };
  return { fragment };
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
