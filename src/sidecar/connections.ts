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
 * Keeps a server at so many connections. A new one closes the one that has been without a request for the longest
 * time, so that connections on which nobody asks anything keep no one out; where every other one is busy, it is
 * closed itself.
 */
export const limitConnections = (server: Server, most: number, onClosed: () => void): void => {
  const open = new Set<Socket>();
  const idle = new Set<Socket>();
  const busy = new Map<Socket, number>();
  const forget = (socket: Socket): void => {
    open.delete(socket);
    idle.delete(socket);
    busy.delete(socket);
  };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => forget(socket));
    if (open.size <= most) return;
    const [oldest = socket] = idle;
    forget(oldest);
    oldest.destroy();
    onClosed();
  });
  const began = ({ socket }: IncomingMessage, response: ServerResponse): void => {
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
