import { Failure } from '../ladder/failure.ts';
import type { Frames } from '../ladder/transport.ts';

const headerLength = 4;
const maxLength = 256 * 1024;

/**
 * Protects the parser of mysql2, which waits for 16 MiB if a length requires it, and writes to the console if the
 * sequence numbers of packets are wrong. Both sides number them:
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
 */
export const mysqlFrames = (): Frames => {
  let next = 0;
  // The server sends first, and then only after the client has answered.
  let greeted = false;
  let answered = false;
  let header = Buffer.alloc(0);
  let missing = 0;

  return {
    received(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        if (missing > 0) {
          const part = Math.min(missing, rest.length);
          missing -= part;
          rest = rest.subarray(part);
          continue;
        }
        const wanted = headerLength - header.length;
        header = Buffer.concat([header, rest.subarray(0, wanted)]);
        rest = rest.subarray(wanted);
        if (header.length < headerLength) return;
        missing = header.readUIntLE(0, 3);
        if (missing > maxLength || header[3] !== next || (greeted && !answered)) {
          throw new Failure('ProtocolError');
        }
        greeted = true;
        next = (next + 1) % 256;
        header = Buffer.alloc(0);
      }
    },
    // mysql2 writes packets one by one. Each command restarts the sequence.
    sent(packet) {
      answered = true;
      next = ((packet[3] ?? 0) + 1) % 256;
    },
  };
};
