import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../process/log.ts';

/** What a guard is started with. */
export interface GuardOptions {
  /** Address that clients reach it on; port 0 takes a free one. */
  listen: { host: string; port: number };
  /** Origin of the server, such as `http://127.0.0.1:8081`. */
  server: URL;
  /** The one path that needs no token: the kubelet's. */
  healthPath: string;
  token: string;
  log: Log;
}

/** A guard that serves. */
export interface Guard {
  port: number;
  /** Takes no more requests, and cuts those that are still open after `patience` milliseconds. */
  close: (patience: number) => Promise<void>;
}

/** Connections of clients at the same time. */
const maxConnections = 1024;

/**
 * Stands between clients and a server that knows no token. A request that shows the bearer token goes on to the
 * server as it came, but for the token, and the answer comes back as it is sent, however long that takes. Rejects
 * where the address cannot be listened on. https://www.rfc-editor.org/rfc/rfc6750
 */
export const startGuard = async ({
  listen,
  server,
  healthPath,
  token,
  log,
}: GuardOptions): Promise<Guard> => {
  const wanted = digest(token);
  const isAllowed = ({ headers }: IncomingMessage): boolean => {
    const [, shown] = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '') ?? [];
    // digests are of one length, and are compared even where nothing is shown
    return timingSafeEqual(digest(shown ?? ''), wanted) && shown !== undefined;
  };

  const guard = createServer((request, response) => {
    const isHealth = request.method === 'GET' && request.url === healthPath;
    if (isHealth || isAllowed(request)) return pass(request, response, server);
    const challenge = request.headers.authorization === undefined ? '' : ', error="invalid_token"';
    response.writeHead(401, {
      'www-authenticate': `Bearer realm="mcp"${challenge}`,
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
    });
    response.end('A bearer token is required\n');
  });
  guard.maxConnections = maxConnections;
  guard.on('drop', () => log.warn({ connections: maxConnections }, 'Refused a connection'));
  await new Promise<void>((resolve, reject) => {
    guard.once('error', reject);
    guard.listen(listen, resolve);
  });

  return {
    port: (guard.address() as AddressInfo).port,
    async close(patience) {
      const closed = new Promise<void>((resolve) => guard.close(() => resolve()));
      const deadline = setTimeout(() => guard.closeAllConnections(), patience);
      guard.closeIdleConnections();
      await closed;
      clearTimeout(deadline);
    },
  };
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What is of one connection, and the token. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const dropped = new Set([
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const passedOn = (headers: IncomingMessage['headers']): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) ? [] : [[name, value]],
    ),
  );

/** Passes a request on over a connection of its own: one that is kept could be closed just as it is taken. */
const pass = (request: IncomingMessage, response: ServerResponse, { hostname, port }: URL): void => {
  const { method, url, headers } = request;
  const outgoing = open({
    agent: false,
    host: hostname,
    port,
    method,
    path: url,
    headers: passedOn(headers),
  });
  outgoing.once('response', (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, passedOn(incoming.headers));
    response.flushHeaders();
    incoming.once('error', () => response.destroy());
    incoming.pipe(response);
  });
  outgoing.once('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { connection: 'close' }).end('The MCP server does not answer\n');
  });
  response.once('close', () => outgoing.destroy());
  request.pipe(outgoing);
};
