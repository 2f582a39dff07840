import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

export interface TlsFront extends AsyncDisposable {
  port: number;
}

/** Terminates TLS on loopback with a given certificate for a server without TLS, as a gateway does. */
export async function startTlsFront(port: number, { certificate, key }: Certificate): Promise<TlsFront> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
    const behind = connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      behind.destroy();
    });
    behind.once('close', () => socket.destroy());
    for (const side of [socket, behind]) side.on('error', () => {});
    socket.pipe(behind).pipe(socket);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}
