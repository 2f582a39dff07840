import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Server } from '@grpc/grpc-js';

/**
 * How many bytes a client may send ahead. With HTTP/2's default of 64 KiB a request of 250 KiB waits for four
 * acknowledgements, which takes longer than everything else about the transport.
 */
const WINDOW = 4 * 1024 * 1024;

/** The open connections of a server that has been bound. */
export interface Connections {
  /** Ends every connection at once, also those that have not yet said who they are. */
  destroy(): void;
}

/**
 * Widens the receive windows of a bound server's connections and keeps count of them. grpc-js has neither an option
 * nor a public way to its HTTP/2 servers; a test fails should they move.
 */
export function manageConnections(server: Server): Connections {
  const { http2Servers } = server as unknown as { http2Servers?: Map<Http2Server, unknown> };
  const sockets = new Set<Socket>();
  for (const http2Server of http2Servers?.keys() ?? []) {
    http2Server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    http2Server.on('session', (session: ServerHttp2Session) => {
      session.settings({ initialWindowSize: WINDOW });
      session.setLocalWindowSize(WINDOW);
    });
  }
  return {
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
