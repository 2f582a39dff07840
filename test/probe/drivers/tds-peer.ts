import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Certificate } from '../../../lab/backends/certificates.ts';

/**
 * As much of SQL Server's protocol as a log-in and a number take, as no SQL Server runs without a licence:
 * it shows what the driver does with well-formed answers, not what a real server answers.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
 */
export interface TdsPeer {
  /** What PRELOGIN says of encryption; with a certificate it is done. Default: not supported. */
  encryption?: 'on' | 'required';
  certificate?: Certificate;
  /** Error numbers that LOGIN7 is answered with, in place of an acknowledgement. */
  loginErrors?: number[];
  /** Where LOGIN7 is sent on to. */
  route?: { host: string; port: number };
  /** Error number that every query is answered with. */
  queryError?: number;
  /** What the query about rights is answered with. Default 0. */
  writes?: number | 'error';
}

/** Text of its errors, which nobody must pass on. */
export const tdsCanary = 'Canary of the server: login failed for sa';

const u16 = (value: number) => [value & 0xff, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const text = (value: string) => [...Buffer.from(value, 'utf16le')];
const token = (type: number, body: number[]) => [type, ...u16(body.length), ...body];
const done = [0xfd, ...u16(0), ...u16(0), ...u32(0), ...u32(0)];

const loginAck = token(0xad, [1, 0x74, 0, 0, 4, 0, 16, 0, 0, 0]);
const errorToken = (number: number) =>
  token(0xaa, [...u32(number), 1, 14, ...u16(tdsCanary.length), ...text(tdsCanary), 0, 0, ...u32(1)]);
const routing = (host: string, port: number) => {
  const to = [0, ...u16(port), ...u16(host.length), ...text(host)];
  return token(0xe3, [20, ...u16(to.length), ...to, 0, 0]);
};
const row = (value: number) => [
  0x81,
  ...u16(1),
  ...u32(0),
  ...u16(0),
  0x26,
  4,
  0,
  0xd1,
  4,
  ...u32(value),
  ...done,
];

const packet = (type: number, body: Uint8Array | number[]): Buffer =>
  Buffer.from([type, 1, (body.length + 8) >> 8, (body.length + 8) & 0xff, 0, 0, 1, 0, ...body]);

const codes = { on: 1, required: 3 };

/** Serves one connection. */
export const tds =
  ({ encryption, certificate, loginErrors = [], route, queryError, writes = 0 }: TdsPeer = {}) =>
  (socket: Socket): void => {
    const prelogin = [
      0,
      0,
      11,
      0,
      6,
      1,
      0,
      17,
      0,
      1,
      0xff,
      16,
      0,
      0,
      0,
      0,
      0,
      encryption ? codes[encryption] : 2,
    ];
    let send = (body: number[]) => void socket.write(packet(4, body));

    const answer = (type: number, body: Buffer): void => {
      if (type === 0x10) {
        if (loginErrors.length > 0) send([...loginErrors.flatMap(errorToken), ...done]);
        else send([...loginAck, ...(route ? routing(route.host, route.port) : []), ...done]);
      } else if (type === 0x01) {
        const sql = body.subarray(body.readUInt32LE(0)).toString('utf16le');
        const number = /^SELECT (\d+)$/.exec(sql)?.[1];
        if (/^\s*set /i.test(sql)) send(done);
        else if (queryError !== undefined) send([...errorToken(queryError), ...done]);
        else if (number) send(row(Number(number)));
        else send(writes === 'error' ? [...errorToken(208), ...done] : row(writes));
      }
    };

    const secured =
      certificate &&
      secure(socket, certificate, (tls) => {
        send = (body) => void tls.write(packet(4, body));
        tls.on('data', packets(answer));
      });
    const plain = packets((type, body) => {
      if (type !== 0x12) answer(type, body);
      else if (body[0] === 0) send(prelogin);
      else secured?.handshake(body);
    });
    socket.on('data', (chunk) => (secured?.established() ? secured.receive(chunk) : plain(chunk)));
  };

/** TLS whose handshake goes to and fro in PRELOGIN packets. */
const secure = (socket: Socket, { certificate, key }: Certificate, begin: (tls: TLSSocket) => void) => {
  const [inside, wire] = duplexPair();
  const tls = new TLSSocket(inside as Socket, {
    isServer: true,
    cert: readFileSync(certificate),
    key: readFileSync(key),
    maxVersion: 'TLSv1.2',
  });
  let established = false;
  const flight: Buffer[] = [];
  tls.on('error', () => socket.destroy());
  wire.on('data', (chunk: Buffer) => {
    if (established) {
      socket.write(chunk);
      return;
    }
    // A flight is one message.
    if (flight.push(chunk) > 1) return;
    setImmediate(() => socket.write(packet(4, Buffer.concat(flight.splice(0)))));
  });
  tls.on('secure', () => {
    setImmediate(() => {
      established = true;
      begin(tls);
    });
  });
  return {
    established: () => established,
    handshake: (body: Buffer) => void wire.write(body),
    receive: (chunk: Buffer) => void wire.write(chunk),
  };
};

/** Cuts a stream into packets; all of them are messages of their own here. */
const packets = (take: (type: number, body: Buffer) => void) => {
  let rest = Buffer.alloc(0);
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= rest.readUInt16BE(2)) {
      const length = rest.readUInt16BE(2);
      const body = rest.subarray(8, length);
      const type = rest[0] ?? 0;
      rest = rest.subarray(length);
      take(type, body);
    }
  };
};
