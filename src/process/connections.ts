import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from './log.ts';
import { answerOneByOne } from './one-by-one.ts';

/** Maximum number of client connections. */
const maxConnections = 1024;

/** Milliseconds within which the head of a request must arrive. */
const headTime = 10_000;

/** Strict parsing, regardless of the environment, and bounded waiting. */
const strictly = {
  insecureHTTPParser: false,
  requireHostHeader: true,
  maxHeaderSize: 16 * 1024,
  // a request that is not read keeps this many bytes, each of which may be a separate piece
  highWaterMark: 256,
  headersTimeout: headTime,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2000,
} as const;

/** Creates an HTTP server whose clients cannot exhaust its memory before a request is judged. */
export const createBoundedServer = (log: Log): Server => {
  const server = createServer(strictly);
  limitConnections(server, maxConnections, () =>
    log.warn({ connections: maxConnections }, 'Closed a connection to make room'),
  );
  answerOneByOne(server);
  return server;
};

/**
 * Limits the number of connections of a server. A new connection closes the oldest one that has never sent a request,
 * so that such connections cannot block others. If there is none, it closes the one that has been idle for longest. If
 * all others are busy, the new connection is closed.
 */
const limitConnections = (server: Server, most: number, onClosed: () => void): void => {
  const open = new Set<Socket>();
  const silent = new Set<Socket>();
  const idle = new Set<Socket>();
  const busy = new Map<Socket, number>();
  const forget = (socket: Socket): void => {
    open.delete(socket);
    silent.delete(socket);
    idle.delete(socket);
    busy.delete(socket);
  };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => forget(socket));
    const full = open.size > most;
    const [oldest = socket] = [...first(silent), ...first(idle)];
    silent.add(socket);
    if (!full) return;
    forget(oldest);
    oldest.destroy();
    onClosed();
  });
  const began = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const underWay = (busy.get(socket) ?? 0) + 1;
    silent.delete(socket);
    idle.delete(socket);
    busy.set(socket, underWay);
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (!open.has(socket)) return;
      if (left > 0) busy.set(socket, left);
      else {
        busy.delete(socket);
        idle.add(socket);
      }
    });
  };
  for (const event of ['request', 'checkContinue'] as const)
    server.prependListener(event, began satisfies RequestListener);
};

const first = <Item>(items: Iterable<Item>): Item[] => {
  for (const item of items) return [item];
  return [];
};
