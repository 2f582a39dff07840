import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port that stands before a server, and sees who comes. */
export interface Door {
  port: number;
  /** When each connection arrived, in milliseconds. */
  arrivals: number[];
  /** Connections that were open at a time, at most. */
  most: () => number;
}

/** Opens a door to a server; without one, every client is let in and never answered. */
async function open(servers: Server[], to: number | undefined): Promise<Door> {
  const arrivals: number[] = [];
  let inside = 0;
  let most = 0;
  const server = createServer((socket) => {
    arrivals.push(performance.now());
    most = Math.max(most, ++inside);
    socket.on('close', () => inside--).on('error', () => {});
    if (to === undefined) socket.resume();
    else join(socket, connect(to, '127.0.0.1'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, arrivals, most: () => most };
}

function join(a: Socket, b: Socket): void {
  b.on('error', () => a.destroy()).on('close', () => a.destroy());
  a.on('close', () => b.destroy());
  a.pipe(b).pipe(a);
}

export interface Doors extends Disposable {
  open: (to: number | undefined) => Promise<Door>;
}

/** Doors that all close together. */
export function doors(): Doors {
  const servers: Server[] = [];
  return {
    open: (to) => open(servers, to),
    [Symbol.dispose]: () => {
      for (const server of servers) server.close();
    },
  };
}
