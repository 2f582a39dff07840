import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startPeer } from './peers.ts';
import { probe } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import {
  httpStream,
  mysqlGreeting,
  mysqlPacket,
  mysqlStream,
  noise,
  postgresStream,
  tdsStream,
} from './wire.ts';

expectQuiet();

const timeouts = { connect: 0.1, query: 0.1 };
const judged = { path: '/', judge: 'cluster-health' };
const paramsOf: Readonly<Record<string, Record<string, string>>> = {
  http: judged,
  s3: { region: 'us-east-1', bucket: 'shop', prefix: '' },
};
const modes = ['disable', 'require'] as const;

interface Plan {
  parts: Buffer[];
  /** Whether the peer waits for the client between its parts. */
  waits: boolean;
  /** Whether it hangs up in the end. */
  hangsUp: boolean;
  tls: (typeof modes)[number];
}

const plan = (parts: fc.Arbitrary<Buffer[]>): fc.Arbitrary<Plan> =>
  fc.record({ parts, waits: fc.boolean(), hangsUp: fc.boolean(), tls: fc.constantFrom(...modes) });

const serve = (driver: string, numbered: boolean, { parts, waits, hangsUp }: Plan, socket: Socket): void => {
  const rest = [...parts];
  let count = 0;
  const say = (after = count - 1) => {
    const part = rest.shift();
    if (part) socket.write(numbered ? mysqlPacket(after + 1, part) : part);
    else if (hangsUp) socket.end();
    count += 1;
  };
  socket.on('data', (chunk) => waits && say(chunk[3]));
  if (!waits) while (rest.length > 0) say();
  else if (driver === 'mysql') say();
};

describe.each([
  ['postgres', noise, false],
  ['postgres', postgresStream, false],
  ['mysql', noise, false],
  ['mysql', mysqlStream, true],
  ['sqlserver', noise, false],
  ['sqlserver', tdsStream, false],
  ['http', noise, false],
  ['http', httpStream, false],
  ['s3', noise, false],
  ['s3', httpStream, false],
] as const)('%s', (driver, streams, numbered) => {
  test(`${numbered || streams !== noise ? 'almost a server' : 'noise'}: no crash, no hang, and never Connected`, async () => {
    const plans: Plan[] = [];
    let connections = 0;
    await using peer = await startPeer((socket) => {
      const chosen = plans[connections++ % plans.length];
      if (chosen) serve(driver, numbered, chosen, socket);
    });
    const property = fc.asyncProperty(
      fc.array(plan(streams), { minLength: 1, maxLength: 12 }),
      async (together) => {
        plans.splice(0, plans.length, ...together);
        const began = performance.now();
        const reports = await Promise.all(
          together.map(({ tls }) =>
            probe({
              driver,
              tls,
              port: peer.port,
              timeouts,
              ...(paramsOf[driver] && { params: paramsOf[driver] }),
            }),
          ),
        );
        // The deadline of every rung, and leave to be late on a busy machine.
        expect(performance.now() - began).toBeLessThan(5000);
        for (const { reason } of reports) {
          expect(['Connected', 'SlowAnswer', 'NotReadOnly', 'InternalError', 'NoDriver']).not.toContain(
            reason,
          );
        }
        await peer.idle();
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});

/** Writes as long as the other side takes it, and returns how much it was. */
const flood = async (socket: Socket, first: Buffer, again: Buffer): Promise<number> => {
  socket.resume().write(first);
  while (socket.writable && again.length > 0) {
    if (!socket.write(again))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
  }
  return socket.bytesWritten;
};

const times = (count: number, part: Uint8Array): Buffer => Buffer.concat(Array<Uint8Array>(count).fill(part));
const zeros = Buffer.alloc(65_536);
const notice = Buffer.from('N\0\0\0\x0cMnoise\0\0', 'latin1');
const tdsPart = Buffer.from([4, 0, 16, 8, 0, 0, 1, 0, ...Buffer.alloc(4096)]);

test.each<[string, string, string, Buffer, boolean?]>([
  ['postgres', 'a length of 4 GiB', 'R\xff\xff\xff\xff', zeros],
  ['postgres', 'a length of 1 MiB', 'R\0\x0f\xff\xff', zeros],
  ['postgres', 'notices', '', times(5000, notice)],
  ['postgres', 'an error without an end', 'E\0\0\0\x08Mbad', Buffer.alloc(0)],
  ['mysql', 'a length of 16 MiB', '\xff\xff\xff\0', zeros],
  ['mysql', 'packets', '', mysqlPacket(0, Buffer.alloc(200))],
  // tedious may stop reading in the midst of it.
  ['sqlserver', 'parts of one message', '', times(16, tdsPart), true],
  ['sqlserver', 'zeros', '\x04', zeros],
  ['http', 'a header', 'HTTP/1.1 200 OK\r\nx: ', zeros],
  ['http', 'provisional answers', '', times(2000, Buffer.from('HTTP/1.1 102 Processing\r\n\r\n'))],
  ['http', 'a body', 'HTTP/1.1 200 OK\r\n\r\n', zeros],
  ['s3', 'a list', 'HTTP/1.1 200 OK\r\n\r\n<ListBucketResult><Prefix>', zeros],
])('%s: an endless stream: %s', async (driver, _title, first, again, stalls = false) => {
  const floods: Promise<number>[] = [];
  await using peer = await startPeer((socket) => {
    floods.push(flood(socket, Buffer.from(first, 'latin1'), again));
  });
  const seconds = stalls ? 0.5 : 10;
  const report = await probe({
    driver,
    port: peer.port,
    timeouts: { connect: seconds, query: seconds },
    ...(paramsOf[driver] && { params: paramsOf[driver] }),
  });
  expect(stalls ? ['ProtocolError', 'Timeout'] : ['ProtocolError']).toContain(report.reason);
  await peer.idle();
  // 1 MiB, and what the kernel keeps for both sides.
  expect(await Promise.race(floods)).toBeLessThan(24 * 1024 * 1024);
});

test('a peer that lets everybody in and answers what it was not asked', async () => {
  const number = [
    'T\0\0\0\x1a\0\x01n\0',
    '\0'.repeat(18),
    'D\0\0\0\x0b\0\x01\0\0\0\x017',
    'C\0\0\0\x0dSELECT 1\0',
  ];
  const ready = 'Z\0\0\0\x05I';
  const asked: string[] = [];
  await using peer = await startPeer((socket) => {
    socket.once('data', () => {
      socket.write(`R\0\0\0\x08\0\0\0\0${ready}`, 'latin1');
      socket.on('data', (chunk) => {
        asked.push(chunk.toString('latin1', 5, 12));
        socket.write(number.join('') + ready, 'latin1');
      });
    });
  });
  expect((await probe({ port: peer.port })).reason).toBe('ProtocolError');
  expect(asked[0]).toBe('SELECT ');
});

test.each([
  ['that is invalid', [3, 100, 101, 102, 0xff]],
  ['that is missing', [3, 100, 101, 102]],
])('mysql: a length %s, in what describes a column', async (_title, description) => {
  const greeting = mysqlGreeting(Uint8Array.of(0xff, 0xf7, 0xff, 0xdf), 'mysql_native_password', Buffer.of());
  const welcome = Buffer.of(0, 0, 0, 2, 0, 0, 0);
  const [oneColumn, column] = [Buffer.of(1), Buffer.from(description)];
  await using peer = await startPeer((socket) => {
    socket.write(mysqlPacket(0, greeting));
    socket.once('data', () => {
      socket.write(mysqlPacket(2, welcome));
      socket.on('data', () =>
        socket.write(Buffer.concat([mysqlPacket(1, oneColumn), mysqlPacket(2, column)])),
      );
    });
  });
  const report = await probe({ driver: 'mysql', tls: 'disable', port: peer.port, timeouts });
  expect(report.reason).toBe('ProtocolError');
});
