import type { Socket } from 'node:net';

/** A packet of Oracle's protocol: its type, and what comes after the header of 8 bytes. */
export const tnsPacket = (type: number, body: Uint8Array | string): Buffer => {
  const data = Buffer.from(body as string, 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt16BE(data.length + 8, 0);
  head[4] = type;
  return Buffer.concat([head, data]);
};

/** Serves one connection as a listener does that sends its clients on: to REDIRECT, type 5. */
export const redirecting =
  ({ host, port }: { host: string; port: number }) =>
  (socket: Socket): void => {
    const address = `(ADDRESS=(PROTOCOL=tcp)(HOST=${host})(PORT=${port}))`;
    const length = String.fromCharCode(address.length >> 8, address.length & 0xff);
    socket.once('data', () => socket.write(tnsPacket(5, length + address)));
  };
