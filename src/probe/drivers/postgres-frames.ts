import { Failure } from '../ladder/failure.ts';
import type { Frames } from '../ladder/transport.ts';

/** Messages of a login and of simple queries: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const types = 'RKSvZENTDCIA';
const maxLength = 256 * 1024;
const headerLength = 5;

/**
 * Protects the parser of pg, which would wait for gigabytes if a length requires it, and never returns from an error
 * whose fields do not end.
 */
export const postgresFrames = (): Frames => {
  let header = Buffer.alloc(0);
  let body: Buffer[] = [];
  let missing = 0;

  const begin = () => {
    const length = header.readUInt32BE(1);
    if (!types.includes(String.fromCharCode(header[0] ?? 0)) || length < 4 || length > maxLength) {
      throw new Failure('ProtocolError');
    }
    missing = length - 4;
  };
  const end = () => {
    if (header[0] === 0x45 || header[0] === 0x4e) checkFields(Buffer.concat(body));
    header = Buffer.alloc(0);
    body = [];
  };

  return {
    received(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        if (header.length < headerLength) {
          const wanted = headerLength - header.length;
          header = Buffer.concat([header, rest.subarray(0, wanted)]);
          rest = rest.subarray(wanted);
          if (header.length < headerLength) return;
          begin();
        } else {
          const part = rest.subarray(0, missing);
          body.push(part);
          missing -= part.length;
          rest = rest.subarray(part.length);
        }
        if (missing === 0) end();
      }
    },
  };
};

/** ErrorResponse and NoticeResponse: any number of pairs of a type and a text that ends with NUL, and a final NUL. */
const checkFields = (body: Buffer): void => {
  let at = 0;
  while (body[at] !== 0) {
    const end = body.indexOf(0, at + 1);
    if (end < 0) throw new Failure('ProtocolError');
    at = end + 1;
  }
};
