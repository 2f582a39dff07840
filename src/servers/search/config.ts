import { scopeOf } from '../../contract/addresses.ts';
import type { Source, SourceInput } from '../../contract/server-type.ts';
import type { ToolboxFragment } from '../toolbox/config.ts';
import { headerOf, purpose } from './credentials.ts';
import { engines } from './engines.ts';
import { engineId } from './id.ts';
import { effectivePolicy } from './policy.ts';
import type { SearchEngineSpec } from './search-engine.ts';
import type { SearchPolicy } from './search-mcp-instance.ts';
import { toolsOf } from './tools/tools.ts';

/** A SearchEngine as a source of MCP Toolbox with its tools, and its route through the gate, which has the credentials. */
export const engineSource = (input: SourceInput<SearchEngineSpec, SearchPolicy>): Source => {
  const { name, spec, policy, caPath, privateAddresses, placeholder } = input;
  const id = engineId(name);
  const header = headerOf(spec);
  const fragment: ToolboxFragment = {
    source: { name: id, timeout: spec.queryTimeout },
    tools: toolsOf({ name, id, spec }, policy, effectivePolicy(spec, policy).fields.maxHits),
    route: {
      tls: spec.sslMode !== 'disable',
      ...(spec.sslMode === 'require' && { verified: false }),
      host: spec.host,
      port: spec.port ?? engines[spec.type].port,
      basePath: '',
      headers: header === undefined ? {} : { [header]: placeholder(purpose) },
      query: {},
      ...(caPath !== undefined && { ca: caPath }),
      addresses: scopeOf(spec.host, privateAddresses),
      // searches are sent by POST; what is sent is the tools' alone
      readOnly: false,
      timeout: spec.queryTimeout,
    },
  };
  return { fragment };
};
