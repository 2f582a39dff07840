import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunnableCheck } from '../../../src/probe/check.ts';
import { peerBytes } from '../../../src/probe/ladder/peer.ts';
import { wrongPeer } from '../../../src/probe/ladder/wrong-peer.ts';
import { mysqlGreeting, mysqlPacket } from '../drivers/wire.ts';

const checkOf = (driver: string, type?: string): RunnableCheck => ({
  driver,
  host: 'db.example',
  port: 1,
  tls: 'disable',
  secrets: {},
  params: type === undefined ? {} : { type },
  readOnly: true,
  timeouts: { connect: 1, query: 1 },
});

const types = [
  checkOf('postgres', 'postgres'),
  checkOf('mysql', 'mysql'),
  checkOf('mysql', 'mariadb'),
  checkOf('sqlserver', 'sqlserver'),
  checkOf('http'),
  checkOf('s3'),
];

/** The reason for each of the types. */
const verdicts = (first: Buffer) => types.map((check) => wrongPeer(check, first)?.reason ?? '-');

/** A greeting with a version, and with the capability that MariaDB does not set. */
const greeting = (version: string, longPassword: boolean): Buffer => {
  const [head, ...rest] = [Buffer.from([10, ...Buffer.from(`${version}\0`)]), Buffer.alloc(13, 65)];
  const capabilities = Buffer.from([longPassword ? 0xff : 0xfe, 0xf7, 8, 2, 0, 0xff, 0x81, 21]);
  const body = Buffer.concat([head ?? Buffer.alloc(0), ...rest, capabilities, Buffer.alloc(31)]);
  return mysqlPacket(0, body);
};

const W = 'WrongType';
const P = 'ProtocolError';

test.each<[string, Buffer, string[]]>([
  ['MySQL', greeting('8.0.15', true), [W, '-', W, W, P, P]],
  ['MySQL 5.5', greeting('5.5.50-log', true), [W, '-', W, W, P, P]],
  ['MariaDB', greeting('10.11.19-MariaDB-0+deb12u1', false), [W, '-', '-', W, P, P]],
  ['MariaDB as replicas see it', greeting('5.5.5-10.6.1', true), [W, '-', '-', W, P, P]],
  ['MariaDB with the version of MySQL', greeting('11.4.5', false), [W, '-', '-', W, P, P]],
  ['MariaDB 10.1.2', greeting('5.5.5-10.1.2-MariaDB', true), [W, '-', '-', W, P, P]],
  ['MariaDB 10.1.1', greeting('5.5.5-10.1.1-MariaDB', true), [W, '-', W, W, P, P]],
  ['MariaDB 5.5', greeting('5.5.68-MariaDB', true), [W, '-', W, W, P, P]],
  ['SSH', Buffer.from('SSH-2.0-x\r\n'), [P, P, P, P, P, P]],
  ['FTP', Buffer.from('220 ready\r\n'), [P, P, P, P, P, P]],
  ['Redis', Buffer.from("-ERR unknown command 'x'\r\n"), [P, P, P, P, P, P]],
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), [P, P, P, P, '-', '-']],
  [
    'PostgreSQL that refuses',
    Buffer.from('E\0\0\0\x20SFATAL\0C28P01\0Mno\0\0', 'latin1'),
    ['-', W, W, W, P, P],
  ],
  ['PostgreSQL that asks', Buffer.from('R\0\0\0\x08\0\0\0\x03', 'latin1'), ['-', W, W, W, P, P]],
  ['SQL Server', Buffer.from([4, 1, 0, 43, 0, 0, 1, 0, 0, 0, 26, 0]), [W, W, W, '-', P, P]],
  ['an answer to a request for TLS', Buffer.from('S'), ['-', '-', '-', '-', '-', '-']],
  ['nothing', Buffer.alloc(0), ['-', '-', '-', '-', '-', '-']],
])('%s', (_title, first, expected) => {
  expect(verdicts(first)).toEqual(expected);
  // Of a part, nothing else is known.
  for (let length = 0; length < first.length; length += 1)
    for (const [index, verdict] of verdicts(first.subarray(0, length)).entries())
      expect(['-', expected[index]]).toContain(verdict);
});

test('whatever a peer sends, the message consists of words of the probe', () => {
  const sentence = /^(The type is \w+, and [A-Za-z .0-9]+ answers|The answer is from [A-Za-z .0-9]+)\.$/;
  const beginnings = fc.constantFrom('', 'SSH-2', 'HTTP/1', '220 ', '-ERR ', 'E', 'R', '\x04\x01');
  const greetings = fc
    .tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ maxLength: 20 }))
    .map(([flags, rest]) => mysqlPacket(0, mysqlGreeting(flags, 'caching_sha2_password', rest)));
  const texts = fc
    .tuple(beginnings, fc.uint8Array({ maxLength: peerBytes }))
    .map(([text, rest]) => Buffer.concat([Buffer.from(text, 'latin1'), rest]));
  fc.assert(
    fc.property(fc.oneof(greetings, texts), fc.constantFrom(...types), (first, check) => {
      const failure = wrongPeer(check, first);
      if (failure) expect(failure.detail).toMatch(sentence);
    }),
    { numRuns: 2000 },
  );
});
