import type { IncomingMessage } from 'node:http';
import type { GateRoute } from '../../contract/gate.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

/** The destination of a request. */
export interface Target {
  route: GateRoute;
  /** Key of the route. */
  name: string;
  path: string;
}

/** The status of an immediate answer, and why. */
export interface Rejection {
  status: number;
  reason: string;
}

/**
 * Parts of a path that a parser might interpret as another path. https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
const ambiguous = /%2f|%5c|\\|(^|\/)(\.|%2e){1,2}(?=\/|$)|\/\//i;

/** Reads `/<route>/<path>?<query>`. Credentials in the query replace parameters of the caller. */
export const targetOf = (
  { method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
  routes: ReadonlyMap<string, GateRoute>,
): Result<Target, Rejection> => {
  const refuse = (status: number, reason: string) => fail({ status, reason });
  const [, name = '', rest = '', search = ''] = /^\/([^/?#]+)(\/[^?#]*)(?:\?([^#]*))?$/.exec(url) ?? [];
  const route = routes.get(name);
  if (!route) return refuse(404, 'unknown route');
  if (route.readOnly && method !== 'GET' && method !== 'HEAD') return refuse(405, 'read-only route');
  if (ambiguous.test(rest)) return refuse(400, 'ambiguous path');
  if (rest !== route.basePath && !rest.startsWith(`${route.basePath}/`))
    return refuse(400, 'outside the base path');
  const query = Object.entries(route.query);
  if (query.length === 0) return ok({ route, name, path: search === '' ? rest : `${rest}?${search}` });
  const parameters = new URLSearchParams(search);
  for (const [key, value] of query) parameters.set(key, value);
  return ok({ route, name, path: `${rest}?${parameters.toString()}` });
};

/** Headers that belong to one connection or to the gate, or that the server must not set. */
const dropped = new Set([
  'authorization',
  'connection',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers of the forwarded request. Headers of the route replace others, regardless of case. */
export const headersOf = (given: IncomingMessage['headers'], route: GateRoute): Record<string, string> => {
  const headers: Record<string, string> = {};
  const named = new Set((given.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  for (const [name, value] of Object.entries(given)) {
    // MCP Toolbox sends an optional header that the caller left out without a value.
    if (!dropped.has(name) && !named.has(name) && value !== undefined && value !== '')
      headers[name] = String(value);
  }
  // Without compression, the size that is received is the real size.
  headers['accept-encoding'] = 'identity';
  for (const [name, value] of Object.entries(route.headers)) headers[name.toLowerCase()] = value;
  return headers;
};
