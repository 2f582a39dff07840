import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Clients that mean no good, on plain sockets; all of them end with this. */
export interface Flood extends AsyncDisposable {
  /** Opens so many connections, and sends on each what `bytes` says, as far as it is taken; reads nothing. */
  pour: (count: number, bytes: (index: number) => readonly (string | Buffer)[]) => void;
  /** Connections that are still open. */
  open: () => number;
}

export const floodOf = (port: number): Flood => {
  const sockets = new Set<Socket>();
  return {
    pour(count, bytes) {
      for (let index = 0; index < count; index++) {
        const socket = connect(port, '127.0.0.1');
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
        // nothing is read: what comes stays in the kernel, and then with the one who sent it
        socket.pause();
        const send = async (): Promise<void> => {
          for (const piece of bytes(index)) {
            if (socket.destroyed) return;
            if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
          }
        };
        send().catch(() => undefined);
      }
    },
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      const all = [...sockets];
      await Promise.all(
        all.map((socket) => {
          const closed = once(socket, 'close');
          socket.destroy();
          return closed;
        }),
      );
    },
  };
};

const mebibyte = Buffer.alloc(1024 * 1024, 'x');

/** A POST of so many MiB, and what it is headed by. */
export const postOf = (path: string, mebibytes: number, headers: string): (string | Buffer)[] => [
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}content-length: ${mebibytes * mebibyte.length}\r\n\r\n`,
  ...Array<Buffer>(mebibytes).fill(mebibyte),
];

/** The head of a request that never ends. */
export const endlessHead = (): string[] => [
  'POST /mcp HTTP/1.1\r\nhost: localhost\r\n',
  ...Array.from({ length: 7 }, (_, index) => `x-${index}: ${'y'.repeat(2000)}\r\n`),
];
