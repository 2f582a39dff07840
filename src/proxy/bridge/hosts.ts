import { isIP } from 'node:net';

/** Why a request is refused before it is read. */
export interface HostRefusal {
  status: 400 | 403;
  message: string;
}

/**
 * Checks the Host and Origin of a request, so that a web page cannot reach the server under the page's own name (DNS
 * rebinding). Accepts the allowed names, localhost, and IP addresses. These cannot be rebound, and the kubelet uses
 * them. An invalid Origin is answered with 403, also if it is malformed.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export const refuseHost = (
  headers: { host?: string | undefined; origin?: string | undefined },
  allowed: ReadonlySet<string>,
): HostRefusal | undefined => {
  const host = nameIn(`http://${headers.host ?? ''}`);
  if (host === undefined) return { status: 400, message: 'Malformed Host header' };
  if (!isAllowed(host, allowed)) return { status: 403, message: 'This Host is not allowed' };
  if (headers.origin === undefined) return undefined;
  const origin = nameIn(headers.origin);
  return origin !== undefined && isAllowed(origin, allowed)
    ? undefined
    : { status: 403, message: 'This Origin is not allowed' };
};

/** The host of a URL that has only a scheme, a host and a port. */
const nameIn = (url: string): string | undefined => {
  if (!/^https?:\/\/[^\s/?#@\\]+$/i.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.toLowerCase().replace(/\.$/, '') || undefined;
};

const isAllowed = (name: string, allowed: ReadonlySet<string>): boolean =>
  name === 'localhost' || allowed.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
