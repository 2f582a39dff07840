import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Connections of clients at the same time. */
export const maxConnections = 1024;

/** Milliseconds in which the head of a request has to be there. */
const headTime = 10_000;

/** How a sidecar's HTTP server reads: strictly, whatever the environment says, and with an end to waiting. */
export const strictly = {
  insecureHTTPParser: false,
  requireHostHeader: true,
  maxHeaderSize: 16 * 1024,
  headersTimeout: headTime,
  connectionsCheckingInterval: 2000,
} as const;

/**
 * Keeps a server at so many connections. A new one closes the oldest on which nothing was ever asked, so that such
 * connections keep no one out; then the one that has been idle for the longest time. Where every other one is busy,
 * the new one is closed.
 */
export const limitConnections = (server: Server, most: number, onClosed: () => void): void => {
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
    silent.delete(socket);
    idle.delete(socket);
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
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
