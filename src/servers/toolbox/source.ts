import type { Fields, Placeholder } from './yaml.ts';

/** An HTTP server behind MCP Toolbox. https://mcp-toolbox.dev/integrations/http/source/ */
export interface HttpSource {
  name: string;
  /** Without TLS, with TLS whatever the certificate, or with one that is verified for the host. */
  tls: 'disable' | 'require' | 'verify-full';
  /** A DNS name or an IPv4 address. */
  host: string;
  port: number;
  /** Path before those of the tools, such as `/v1`. */
  basePath?: string;
  /** Seconds that a request may take. */
  timeout: number;
  /** Sent with every request; a value is a text, or a placeholder in the notation of the template. */
  headers?: Readonly<Record<string, string | Placeholder>>;
  queryParams?: Readonly<Record<string, string | Placeholder>>;
  /** Set where nothing but the host, an address, may be connected to: no redirect leads anywhere else. */
  alone?: boolean;
  /** Whether private addresses may be connected to. */
  privateAddresses: boolean;
}

/** Addresses of the node itself, with the metadata of clouds: no name and no redirect leads there. */
const ofTheNode = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'];

/** A host that the platform has let a tenant reach although it is the node's own. */
const grantedByName = /^(0|127|169\.254)\.|(^|\.)localhost\.?$|^metadata\.google\.internal\.?$/i;

const isAddress = (host: string): boolean => /^[0-9.]+$/.test(host);

/**
 * The document of a source. MCP Toolbox follows redirects, and looks at each address that it is about to connect to;
 * a base URL with an address that it refuses would end its start, and with it every other source.
 */
export const sourceDocument = (source: HttpSource): Fields => ({
  kind: 'source',
  name: source.name,
  type: 'http',
  baseUrl: `${source.tls === 'disable' ? 'http' : 'https'}://${source.host}:${source.port}${source.basePath ?? ''}`,
  timeout: `${source.timeout}s`,
  ...(source.headers && { headers: source.headers }),
  ...(source.queryParams && { queryParams: source.queryParams }),
  ...(source.tls === 'require' && { disableSslVerification: true }),
  ...addressRules(source),
  // an error of the server's could hold anything; the status is all that a client is told
  returnFullError: false,
});

const addressRules = ({ host, privateAddresses, alone }: HttpSource): Fields => {
  if (alone) return { allowedIpRanges: [`${host}/32`], customBlockedIpRanges: ['0.0.0.0/0', '::/0'] };
  if (privateAddresses) {
    return {
      allowPrivateNetworks: true,
      ...(!grantedByName.test(host) && { customBlockedIpRanges: ofTheNode }),
    };
  }
  // without a rule Toolbox refuses private addresses, and a few that are none
  return isAddress(host) ? { allowedIpRanges: [`${host}/32`] } : {};
};
