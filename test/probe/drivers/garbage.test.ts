import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startPeer } from './peers.ts';
import { probe } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import { mysqlPacket, mysqlStream, noise, postgresStream, tdsStream } from './wire.ts';

expectQuiet();

const timeouts = { connect: 0.1, query: 0.1 };
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
          together.map(({ tls }) => probe({ driver, tls, port: peer.port, timeouts })),
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

/** Writes as long as the other side takes it. */
const flood =
  (first: Buffer, again: Buffer, written: { bytes: number }) =>
  async (socket: Socket): Promise<void> => {
    socket.resume().write(first);
    while (socket.writable) {
      written.bytes += again.length;
      if (!socket.write(again))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    }
  };

const notice = Buffer.from(`N\0\0\0\x0cMnoise\0\0`, 'latin1');

describe('what never ends', () => {
  test.each<[string, string, string | Buffer, Buffer]>([
    ['postgres', 'a length of 4 GiB', 'R\xff\xff\xff\xff', Buffer.alloc(65_536)],
    ['postgres', 'a length of 1 MiB', 'R\0\x0f\xff\xff', Buffer.alloc(65_536)],
    ['postgres', 'notices', '', Buffer.concat(Array(5000).fill(notice))],
    ['postgres', 'an error without an end', 'E\0\0\0\x08Mbad', Buffer.alloc(0)],
    ['mysql', 'a length of 16 MiB', '\xff\xff\xff\0', Buffer.alloc(65_536)],
    [
      'mysql',
      'packets',
      '',
      Buffer.concat(Array.from({ length: 256 }, (_, i) => mysqlPacket(i, Buffer.alloc(200)))),
    ],
    [
      'sqlserver',
      'packets',
      '\x04\x01\0\x08\0\0\x01\0',
      Buffer.concat(Array(64).fill(Buffer.from([4, 0, 0, 9, 0, 0, 1, 0, 0]))),
    ],
    [
      'sqlserver',
      'one packet after the other of a message',
      '',
      Buffer.concat(Array(16).fill(Buffer.from([4, 0, 16, 8, 0, 0, 1, 0, ...Buffer.alloc(4096)]))),
    ],
    ['sqlserver', 'zeros', '\x04', Buffer.alloc(65_536)],
  ])('%s: %s', async (driver, _title, first, again) => {
    const written = { bytes: 0 };
    const serving: Promise<void>[] = [];
    const start = typeof first === 'string' ? Buffer.from(first, 'latin1') : first;
    await using peer = await startPeer((socket) => {
      if (again.length > 0) serving.push(flood(start, again, written)(socket));
      else socket.resume().write(start);
    });
    await probe({ driver, port: 1 });
    const before = process.memoryUsage().rss;
    const reports = await Promise.all(
      Array.from({ length: 8 }, () => probe({ driver, port: peer.port, timeouts: { connect: 1, query: 1 } })),
    );
    for (const { reason } of reports)
      expect(['ProtocolError', 'Timeout', 'ConnectionReset']).toContain(reason);
    await peer.idle();
    await Promise.all(serving);
    // 4 MiB for each, and what is in buffers of both sides.
    expect(written.bytes).toBeLessThan(8 * 16 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});
