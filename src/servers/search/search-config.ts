import type { Source, SourceInput } from '../server-type.ts';
import { toolboxSource } from '../toolbox/toolbox-config.ts';
import { headerOf, purpose } from './search-credentials.ts';
import { engineDestination } from './search-destination.ts';
import { engineId } from './search-id.ts';
import type { SearchPolicy } from './search-instance.ts';
import { effectivePolicy } from './search-policy.ts';
import type { SearchEngineSpec } from './search-resource.ts';
import { toolsOf } from './tools/tools.ts';

/** A SearchEngine as a source of MCP Toolbox with its tools, and its route through the gate, which has the credentials. */
export const engineSource = (input: SourceInput<SearchEngineSpec, SearchPolicy>): Source => {
  const { name, spec, policy, caPath, place, placeholder } = input;
  const id = engineId(name);
  const header = headerOf(spec);
  const source = {
    name: id,
    timeout: spec.queryTimeout,
    ...(spec.basePath !== undefined && { basePath: spec.basePath }),
  };
  return toolboxSource(
    source,
    toolsOf({ name, id, spec }, policy, effectivePolicy(spec, policy).fields.maxHits),
    {
      tls: spec.sslMode !== 'disable',
      ...(spec.sslMode === 'require' && { verified: false }),
      host: place.host,
      ...(place.name !== undefined && { name: place.name }),
      port: engineDestination(spec).port,
      basePath: spec.basePath ?? '',
      headers: header === undefined ? {} : { [header]: placeholder(purpose) },
      query: {},
      ...(caPath !== undefined && { ca: caPath }),
      addresses: place.addresses,
      // Searches are sent by POST. The tools decide what is sent.
      readOnly: false,
      timeout: spec.queryTimeout,
    },
  );
};
