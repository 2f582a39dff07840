import { gatePort } from '../../contract/gate.ts';

/** A Resource in MCP Toolbox: its route through the gate. https://mcp-toolbox.dev/integrations/http/source/ */
export interface HttpSource {
  /** Also the name of the route. */
  name: string;
  /** Prefix of the paths of the Resource, such as `/v1`. */
  basePath?: string;
  /** Seconds that the gate waits for a response. */
  timeout: number;
}

/** The prefix of every path of a source's tools. Toolbox does not add the path of the source. */
export const pathOf = ({ name, basePath = '' }: HttpSource): string => `/${name}${basePath}`;

/** Seconds that Toolbox waits longer than the gate, so that the gate can report an error. */
const grace = 5;

/** The document of a source. It may connect to the gate beside the server only, even if a response redirects. */
export const sourceDocument = (source: HttpSource) => ({
  kind: 'source',
  name: source.name,
  type: 'http',
  baseUrl: `http://127.0.0.1:${gatePort}${pathOf(source)}`,
  timeout: `${source.timeout + grace}s`,
  allowedIpRanges: ['127.0.0.1/32'],
  customBlockedIpRanges: ['0.0.0.0/0', '::/0'],
  // An error of the server could contain anything, so clients receive only its status.
  returnFullError: false,
});
