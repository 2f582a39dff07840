import { RunFunctionRequest, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ByteClient, connect, RUN_FUNCTION } from '../../../lab/clients/grpc.ts';
import { createNet, type Limits } from '../../../src/grpc/net/net.ts';
import { request as arbitraryRequest } from '../arbitraries.ts';
import { readableLog, serve } from '../served.ts';
import { hostile } from './hostile.ts';

interface World {
  client: ByteClient;
  lines: string[];
  clock: { now: number };
  drain: () => Promise<void>;
}

const entry = new URL('./hostile-worker.ts', import.meta.url);

/** A real server with a hostile handler behind the net. */
const world = async (limits: Partial<Limits> = {}, spent?: () => number): Promise<World> => {
  const clock = { now: 0 };
  const { log, lines } = readableLog();
  const net = createNet({
    createHandler: hostile,
    worker: { entry },
    log,
    limits: { guardedBytes: 0, deadlineMs: 1500, heapMb: 48, ...limits },
    now: () => clock.now,
    ...(spent && { spent }),
  });
  const server = await serve({ handler: undefined, net, log });
  const client = connect(server.address);
  onTestFinished(() => client[Symbol.dispose]());
  return { client, lines, clock, drain: () => server.drain() };
};

const composite = (namespace: string, name = 'shop') => ({
  composite: {
    resource: { kind: 'DBHubInstance', metadata: { name, namespace } },
    connectionDetails: {},
    ready: 0,
  },
  resources: {},
});

const callOf = (
  input: NonNullable<RunFunctionRequest['input']>,
  namespace = 'tas-evil',
  name = 'shop',
): Partial<RunFunctionRequest> => ({
  meta: { tag: 'tag-1', capabilities: [] },
  observed: composite(namespace, name),
  input,
});

const isEnded = ({ results, conditions, meta, desired }: RunFunctionResponse, who: string): void => {
  expect(results.map(({ severity }) => severity)).toStrictEqual([2, 1]);
  expect(results[1]?.message).toContain(`The call for ${who} needed more than`);
  expect(results[1]?.message).toContain('nothing was changed');
  expect(conditions).toMatchObject([{ type: 'ConfigRendered', status: 3, reason: 'TooCostly', target: 2 }]);
  expect(meta?.tag).toBe('tag-1');
  expect(desired).toBeUndefined();
};

describe('a call that costs too much', () => {
  test.each(['loop', 'regex', 'heap'])(
    'is ended (%s), names its composite, and the server serves on',
    async (what) => {
      const { client, lines } = await world();
      isEnded(await client.run(callOf({ what })), 'DBHubInstance tas-evil/shop');
      expect((await client.run(callOf({ a: 1 }, 'tas-good'))).output).toEqual({ a: 1 });
      // the worker that died has been replaced
      const answer = await client.run(callOf({ a: 'x'.repeat(2_000_000) }, 'tas-good'));
      expect(answer.output?.['a']).toHaveLength(2_000_000);
      expect(lines.join('')).toContain('Ended a call');
    },
  );

  test('and is small is answered, and the next one of its composite runs in a worker', async () => {
    let ms = 0;
    const { client, lines } = await world({ guardedBytes: 1_000_000, guardMs: 50 }, () => {
      ms += 100;
      return ms;
    });
    const long = () => lines.filter((line) => line.includes('A call cost much')).length;
    expect((await client.run(callOf({ a: 1 }))).output).toEqual({ a: 1 });
    expect(long()).toBe(1);
    // the handler that loops would end the process if it ran in the main thread
    isEnded(await client.run(callOf({ what: 'loop' })), 'DBHubInstance tas-evil/shop');
    expect(long()).toBe(1);
  });

  test('is told by processor time: one that only waits is answered, and is no reason for a worker', async () => {
    const here = await world({ guardedBytes: 1_000_000, guardMs: 50 });
    const there = await world({ largeBytes: 0, deadlineMs: 400 });
    for (const { client, lines } of [here, there]) {
      expect((await client.run(callOf({ what: 'wait' }))).output).toEqual({ what: 'wait' });
      expect(lines.join('')).not.toMatch(/cost much|Ended/);
    }
  });

  test('is tried again with growing delay, and answered at once in between', async () => {
    const { client, lines, clock } = await world({ deadlineMs: 300 });
    const ends = () => lines.filter((line) => line.includes('Ended a call')).length;
    const delays = [5, 10, 20, 40];
    for (const [index, seconds] of delays.entries()) {
      isEnded(await client.run(callOf({ what: 'loop' })), 'DBHubInstance tas-evil/shop');
      expect(ends()).toBe(index + 1);
      clock.now += seconds * 1000 - 1;
      isEnded(await client.run(callOf({ what: 'loop' })), 'DBHubInstance tas-evil/shop');
      expect(ends()).toBe(index + 1);
      clock.now += 1;
    }
    // another composite of the namespace is not delayed, and one that is mended is served at its next attempt
    expect((await client.run(callOf({ b: 1 }, 'tas-evil', 'other'))).output).toEqual({ b: 1 });
    clock.now += 600_000;
    expect((await client.run(callOf({ b: 1 }))).output).toEqual({ b: 1 });
  });

  test('does not keep another tenant from a worker, however many wait', async () => {
    const { client } = await world({ deadlineMs: 1500 });
    const attacks = Array.from({ length: 3 }, (_, index) =>
      client.run(callOf({ what: 'loop' }, 'tas-evil', `shop-${index}`)),
    );
    let over = 0;
    for (const attack of attacks) void attack.then(() => over++);
    const large = { a: 'x'.repeat(2_000_000) };
    expect((await client.run(callOf(large, 'tas-good'))).output?.['a']).toHaveLength(2_000_000);
    expect(over).toBeLessThan(3);
    await Promise.all(attacks);
  });

  test('that has a bug is an internal error, in a worker too', async () => {
    const { client, lines } = await world({ largeBytes: 0 });
    const { results } = await client.run(callOf({ what: 'throw' }));
    expect(results[1]?.message).toMatch(/^Internal error [0-9a-f]{8}: nothing was changed/);
    expect(lines.join('')).toContain('The function failed');
    expect(lines.join('')).not.toContain('canary');
  });
});

test('a call in a worker is finished before the server has drained', async () => {
  const { client, drain } = await world({ largeBytes: 1000 });
  const large = { what: 'wait', a: 'x'.repeat(2000) };
  const call = client.run(callOf(large));
  // the server has the first call when it has answered the second one
  await client.run(callOf({ a: 1 }, 'tas-good'));
  await drain();
  expect((await call).output).toEqual(large);
});

describe('a large text', () => {
  const long = (start: string): string => start.padEnd(5000, '-');

  test('is read in a worker once, and known afterwards, to its tenant alone', async () => {
    const { client } = await world();
    for (const tenant of ['tas-a', 'tas-a', 'tas-b'])
      expect((await client.run(callOf({ text: long('abc') }, tenant))).output).toEqual({
        text: 'abc-------',
      });
  });

  test.each(['loop', 'heap'])(
    'that overruns (%s) is a problem of what it is in, not of the call',
    async (what) => {
      const { client, lines } = await world({ deadlineMs: 6000 });
      const call = callOf({ text: long(what) });
      for (let again = 0; again < 2; again++) {
        const { output } = await client.run(call);
        expect(output?.['text']).toMatch(/^costs more time or memory to read/);
      }
      expect(lines.join('')).not.toContain('Ended a call');
    },
  );

  test('that overruns is not read again in a call of several MiB', async () => {
    const { client, lines } = await world({ deadlineMs: 6000 });
    const { output } = await client.run(callOf({ text: long('heap'), more: 'ü'.repeat(2_000_000) }));
    expect(output?.['text']).toMatch(/^costs more time or memory to read/);
    expect(lines.join('')).not.toContain('Ended a call');
  });

  test('that is forgotten for lack of room is logged once for its tenant', async () => {
    const { client, lines } = await world();
    const large = (index: number) => callOf({ text: `size${index}`.padEnd(5000, '-') });
    for (let index = 0; index < 4; index++) await client.run(large(index));
    expect(lines.filter((line) => line.includes('exceed what is remembered')).length).toBe(1);
  });
});

test('an answer is the same wherever the call runs', async () => {
  const [here, guarded, there] = [
    await world({ guardedBytes: Number.MAX_SAFE_INTEGER, largeBytes: Number.MAX_SAFE_INTEGER }),
    await world({ guardMs: 10_000 }),
    await world({ largeBytes: 0 }),
  ];
  await fc.assert(
    fc.asyncProperty(arbitraryRequest, async (request) => {
      const bytes = RunFunctionRequest.encode(request).finish();
      const [expected, ...others] = await Promise.all(
        [here, guarded, there].map(({ client }) => client.send(RUN_FUNCTION, bytes)),
      );
      expect(expected?.ok).toBe(true);
      for (const other of others) expect(other).toStrictEqual(expected);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
  );
});
