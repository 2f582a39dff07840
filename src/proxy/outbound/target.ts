import type { IncomingMessage } from 'node:http';
import type { GateRoute } from '../../contract/gate.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

/** Where a request goes. */
export interface Target {
  route: GateRoute;
  /** Key of the route. */
  name: string;
  path: string;
}

/** The status that a request is answered at once, and why. */
export interface Rejection {
  status: number;
  reason: string;
}

/** What a parser on the way might take for another path than it says. https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2 */
const ambiguous = /%2f|%5c|\\|(^|\/)(\.|%2e){1,2}(?=\/|$)|\/\//i;

/** Reads `/<route>/<path>?<query>`. Credentials in the query take the place of what the caller says. */
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

/** Headers that are of one connection, of the gate itself, or that the server must not decide on. */
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

/** The headers that a request goes on with: those of the route win, in whatever case they are written. */
export const headersOf = (given: IncomingMessage['headers'], route: GateRoute): Record<string, string> => {
  const headers: Record<string, string> = {};
  const named = new Set((given.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  for (const [name, value] of Object.entries(given)) {
    if (!dropped.has(name) && !named.has(name) && value !== undefined) headers[name] = String(value);
  }
  // What is not compressed cannot be more than it is.
  headers['accept-encoding'] = 'identity';
  for (const [name, value] of Object.entries(route.headers)) headers[name.toLowerCase()] = value;
  return headers;
};
