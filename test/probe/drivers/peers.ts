import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Peer extends AsyncDisposable {
  port: number;
  /** Connections since the start. */
  accepted: () => number;
  /** Connections now. */
  open: () => number;
  /** Resolves when that many have been accepted. */
  until: (accepted: number) => Promise<void>;
  /** Resolves when none is open. */
  idle: () => Promise<void>;
}

/** A TCP peer on loopback that does `serve` with every connection. */
export const startPeer = async (serve: (socket: Socket) => void): Promise<Peer> => {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      server.emit('gone');
    });
    serve(socket);
    server.emit('accepted');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    open: () => sockets.size,
    async until(wanted) {
      while (accepted < wanted) await once(server, 'accepted');
    },
    async idle() {
      while (sockets.size > 0) await once(server, 'gone');
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
};

/** Accepts, reads, and never answers. */
export const silent = (socket: Socket): void => {
  socket.resume();
};

/** Says something at once, and then nothing. */
export const saying =
  (...parts: (string | Uint8Array)[]) =>
  (socket: Socket): void => {
    socket.resume();
    for (const part of parts) socket.write(part);
  };

/** Passes everything on to a server; what it answers to what `isSlow` says yes to comes `delayMs` later. */
export const relay =
  (port: number, delayMs = 0, isSlow: (sent: Buffer) => boolean = () => false, localAddress = '127.0.0.1') =>
  (socket: Socket): void => {
    const upstream = connect({ port, host: '127.0.0.1', localAddress });
    let delay = 0;
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.on('data', (chunk) => {
      delay = isSlow(chunk) ? delayMs : 0;
      upstream.write(chunk);
    });
    socket.on('end', () => upstream.end());
    upstream.on('data', (chunk) => {
      if (delay === 0) socket.write(chunk);
      else setTimeout(() => socket.writable && socket.write(chunk), delay);
    });
    upstream.on('end', () => socket.end());
  };
