import { connect, type Socket } from 'node:net';
import fc from 'fast-check';

/** What becomes of one piece of what a server sends. */
export interface Garbage {
  /** Which piece, counted from 0; all before it pass. */
  at: number;
  kind: 'replaced' | 'truncated' | 'flipped' | 'longer' | 'repeated' | 'preceded' | 'typed' | 'none';
  bytes: Uint8Array;
  position: number;
  after: 'pass' | 'close' | 'reset' | 'silence';
}

const arbitraryBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 64 }),
  // lengths that are too large, and types that messages have
  fc.constantFrom(
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
    Uint8Array.of(0, 0, 0, 0),
    Buffer.from('Z\0\0\0\x05I'),
    Buffer.from('E\0\0\0\x08Mbad'),
    Buffer.from('D\0\0\0\x06\xff\xff', 'latin1'),
    Buffer.from('R\0\0\0\x08\0\0\0\x07', 'latin1'),
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    Uint8Array.of(1, 0, 0, 1, 0xff),
    Uint8Array.of(7, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0),
    Uint8Array.of(0xaa, 0xff, 0xff),
    Uint8Array.of(4, 1, 0, 9, 0, 0, 1, 0, 0xfd),
    Uint8Array.of(0, 8, 0, 0, 4, 0, 0, 0),
  ),
);

export const arbitraryGarbage: fc.Arbitrary<Garbage> = fc.record({
  at: fc.integer({ min: 0, max: 7 }),
  kind: fc.constantFrom(
    'replaced',
    'truncated',
    'flipped',
    'longer',
    'repeated',
    'preceded',
    'typed',
    'none',
  ),
  bytes: arbitraryBytes,
  position: fc.nat({ max: 200 }),
  after: fc.constantFrom('pass', 'close', 'reset', 'silence'),
});

/** A piece with the garbage in it. */
const spoil = (piece: Buffer, { kind, bytes, position }: Garbage): Buffer => {
  const where = piece.length === 0 ? 0 : position % piece.length;
  switch (kind) {
    case 'replaced':
      return Buffer.from(bytes);
    case 'truncated':
      return piece.subarray(0, where);
    case 'longer':
      return Buffer.concat([piece, bytes]);
    case 'repeated':
      return Buffer.concat([piece, piece]);
    case 'preceded':
      return Buffer.concat([bytes, piece]);
    case 'flipped':
    case 'typed': {
      const copy = Buffer.from(piece);
      copy.set(bytes.subarray(0, copy.length - where), kind === 'typed' ? 0 : where);
      return copy;
    }
    case 'none':
      return piece;
  }
};

/** Serves a connection from the server at a port of this machine, with garbage in what it answers. */
export const spoiling =
  (port: number, garbage: () => Garbage | undefined) =>
  (socket: Socket): void => {
    const upstream = connect({ port, host: '127.0.0.1' });
    const spoilt = garbage();
    let count = 0;
    let silent = false;
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.on('data', (chunk) => upstream.write(chunk));
    socket.on('end', () => upstream.end());
    upstream.on('end', () => socket.end());
    upstream.on('data', (chunk) => {
      if (silent) return;
      if (!spoilt || count++ !== spoilt.at) {
        socket.write(chunk);
        return;
      }
      socket.write(spoil(chunk, spoilt));
      if (spoilt.after === 'close') socket.end();
      if (spoilt.after === 'reset') socket.resetAndDestroy();
      silent = spoilt.after !== 'pass';
    });
  };
