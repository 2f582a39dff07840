import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Server } from '@grpc/grpc-js';
import type { Log } from '../process/log.ts';
import { assembleAsTheyArrive } from './net/assemble.ts';
import { createBodies } from './net/bodies.ts';
import { limitNewcomers } from './newcomers.ts';

/**
 * How many bytes a client may send ahead. With HTTP/2's default of 64 KiB a request of 250 KiB waits for four
 * acknowledgements, which takes longer than everything else about the transport.
 */
const WINDOW = 4 * 1024 * 1024;

/**
 * Bytes of the bodies of all calls. Two calls that run in workers and one that waits may be of 64 MiB each; what is
 * left is for those that arrive.
 */
const MOST_BODY_BYTES = 256 * 1024 * 1024;

/** The open connections of a server that has been bound. */
export interface Connections {
  /** Ends every connection at once, also those that have not yet said who they are. */
  destroy(): void;
}

/** Turns clients away: why, or undefined if one may go on. */
export type Refuse = (socket: TLSSocket) => string | undefined;

/**
 * Takes charge of the connections of a server that has just been bound: turns away the clients that `refuse` has a
 * reason for, lets the others send ahead, and keeps count of them. grpc-js has no public way to its HTTP/2 servers.
 *
 * @throws Error should they not be where they are in the pinned version: without them nobody would be turned away
 */
export function manageConnections(
  server: Server,
  refuse: Refuse,
  log: Log,
  mostBodyBytes = MOST_BODY_BYTES,
): Connections {
  const { http2Servers } = server as unknown as { http2Servers?: Map<Http2Server, unknown> };
  assembleAsTheyArrive();
  if (!http2Servers?.size) throw new Error('grpc-js keeps its HTTP/2 servers elsewhere');
  const sockets = new Set<Socket>();
  const bodies = createBodies(mostBodyBytes, log);
  for (const http2Server of http2Servers.keys()) {
    bodies.watch(http2Server);
    limitNewcomers(http2Server, log);
    http2Server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    // First of all listeners, so that HTTP/2 never sees a client that is turned away
    http2Server.prependListener('secureConnection', (socket: TLSSocket) => {
      const problem = refuse(socket);
      if (problem === undefined) return;
      log.warn({ problem, from: socket.remoteAddress }, 'Refused a client');
      socket.destroy();
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
