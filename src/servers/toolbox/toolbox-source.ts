import { gatePort } from '../../contract/gate.ts';
import type { Fields } from './toolbox-yaml.ts';

/** A Resource as MCP Toolbox knows it: by its route through the gate. https://mcp-toolbox.dev/integrations/http/source/ */
export interface HttpSource {
  /** Also the route. */
  name: string;
  /** Path before those of the Resource itself, such as `/v1`. */
  basePath?: string;
  /** Seconds that the gate waits for an answer. */
  timeout: number;
}

/** What stands before every path of a source's tools: Toolbox puts nothing there by itself. */
export const pathOf = ({ name, basePath = '' }: HttpSource): string => `/${name}${basePath}`;

/** Seconds that Toolbox waits longer than the gate, to be told what it failed of. */
const grace = 5;

/** The document of a source. The gate beside the server is the one address that it may connect to, whatever answers. */
export const sourceDocument = (source: HttpSource): Fields => ({
  kind: 'source',
  name: source.name,
  type: 'http',
  baseUrl: `http://127.0.0.1:${gatePort}${pathOf(source)}`,
  timeout: `${source.timeout + grace}s`,
  allowedIpRanges: ['127.0.0.1/32'],
  customBlockedIpRanges: ['0.0.0.0/0', '::/0'],
  // an error of the server's could hold anything; the status is all that a client is told
  returnFullError: false,
});
