import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { expect, test } from 'vitest';
import { type Agenda, createAgenda } from '../../src/probe/agenda.ts';
import { nextDue } from '../../src/probe/timing.ts';
import { type FakeClock, fakeClock, settle } from './fake-clock.ts';

interface Run {
  name: string;
  started: number;
  ended?: number;
  aborted: boolean;
}

interface World {
  clock: FakeClock;
  agenda: Agenda;
  runs: Run[];
  /** Runs at a time: at most so many at all, in their first moments, and of one name. */
  most: { running: number; slots: number; ofOne: number };
}

const interval = 300_000;

/** An agenda whose runs take as long as `takes` says, and are due again as those of the probe are. */
const world = (
  takes: (name: string) => number,
  options: {
    concurrency?: number;
    patience?: number;
    maxRunning?: number;
    failing?: (name: string) => boolean;
  } = {},
): World => {
  const clock = fakeClock();
  const runs: Run[] = [];
  const most = { running: 0, slots: 0, ofOne: 0 };
  const streaks = new Map<string, number>();
  const open = new Set<Run>();
  const measure = (name: string) => {
    const held = [...open].filter(({ started }) => clock.now() - started < (options.patience ?? 2_000));
    most.running = Math.max(most.running, open.size);
    most.slots = Math.max(most.slots, held.length);
    most.ofOne = Math.max(most.ofOne, [...open].filter((run) => run.name === name).length);
  };
  const agenda = createAgenda({
    clock,
    ...options,
    run: (name, signal) =>
      new Promise((resolve) => {
        const run: Run = { name, started: clock.now(), aborted: false };
        runs.push(run);
        open.add(run);
        measure(name);
        const end = () => {
          cancel();
          run.ended = clock.now();
          open.delete(run);
          run.aborted = signal.aborted;
          const failures = options.failing?.(name) ? (streaks.get(name) ?? 0) + 1 : 0;
          const settled = streaks.get(name) === 0;
          streaks.set(name, failures);
          resolve(nextDue({ name, interval, started: run.started, ended: run.ended, failures, settled }));
        };
        const cancel = clock.setTimer(takes(name), end);
        signal.addEventListener('abort', end, { once: true });
      }),
  });
  return { clock, agenda, runs, most };
};

const named = (count: number, prefix = 'db'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

/** The longest time between two starts of a name, the first start and the end of the test included. */
const longestGap = (runs: Run[], names: string[], from: number, to: number): number => {
  const last = new Map(names.map((name) => [name, from]));
  let longest = 0;
  for (const { name, started } of runs) {
    longest = Math.max(longest, started - (last.get(name) ?? from));
    last.set(name, started);
  }
  return Math.max(longest, ...[...last.values()].map((time) => to - time));
};

test('whatever the servers do, no target is late, none is checked twice at a time, and the bounds hold', async () => {
  await assert(
    asyncProperty(
      integer({ min: 1, max: 120 }),
      array(
        record({
          takes: constantFrom(5, 200, 1_900, 2_100, 30_000, 135_000),
          fails: constantFrom(true, false),
        }),
        {
          minLength: 1,
          maxLength: 10,
        },
      ),
      array(record({ at: integer({ min: 1, max: 1_800 }), name: integer({ min: 0, max: 119 }) }), {
        maxLength: 20,
      }),
      async (count, kinds, restarts) => {
        const kindOf = (name: string) =>
          kinds[Number(name.slice(3)) % kinds.length] ?? { takes: 5, fails: false };
        const { clock, agenda, runs, most } = world((name) => kindOf(name).takes, {
          failing: (name) => kindOf(name).fails,
        });
        const names = named(count);
        const from = clock.now();
        for (const name of names) agenda.restart(name);
        for (const { at, name } of [...restarts].sort((a, b) => a.at - b.at)) {
          await clock.advance(from + at * 1000 - clock.now());
          if (name < count) agenda.restart(`db-${name}`);
        }
        await clock.advance(from + 1_900_000 - clock.now());
        expect(most.ofOne).toBe(1);
        expect(most.slots).toBeLessThanOrEqual(16);
        expect(most.running).toBeLessThanOrEqual(256);
        expect(longestGap(runs, names, from, clock.now())).toBeLessThanOrEqual(interval * 1.1);
        await agenda.stop();
        expect(agenda.running()).toBe(0);
        expect(clock.timers()).toBe(0);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test('a thousand targets of which a tenth never answers: every one is checked in time', async () => {
  const dead = (name: string) => Number(name.slice(3)) % 10 === 0;
  const { clock, agenda, runs, most } = world((name) => (dead(name) ? 30_000 : 20), { failing: dead });
  const names = named(1_000);
  const from = clock.now();
  for (const name of names) agenda.restart(name);
  await clock.advance(700_000);
  expect(most.slots).toBeLessThanOrEqual(16);
  expect(longestGap(runs, names, from, clock.now())).toBeLessThanOrEqual(interval * 1.1);
  await agenda.stop();
}, 60_000);

test('five hundred targets that all stop answering are all known to within one interval and a tenth', async () => {
  const { clock, agenda, runs } = world(() => 135_000, { failing: () => true });
  const names = named(500);
  const from = clock.now();
  for (const name of names) agenda.restart(name);
  await clock.advance(interval * 1.1 + 135_000);
  const first = new Map<string, number>();
  for (const { name, ended } of runs) if (ended && !first.has(name)) first.set(name, ended);
  expect(first.size).toBe(500);
  expect(Math.max(...[...first.values()].map((time) => time - from))).toBeLessThanOrEqual(interval + 135_000);
  await agenda.stop();
}, 60_000);

test('a run that lasts gives its slot away, up to the bound of all runs', async () => {
  const { clock, agenda, most } = world(() => 1e9, { concurrency: 2, patience: 1_000, maxRunning: 5 });
  for (const name of named(20)) agenda.restart(name);
  await clock.advance(500);
  expect(agenda.running()).toBe(2);
  await clock.advance(1_000);
  expect(agenda.running()).toBe(4);
  await clock.advance(60_000);
  expect(agenda.running()).toBe(5);
  expect(most.slots).toBe(2);
  await agenda.stop();
});

test('what has changed while it was checked is ended, and checked at once afterwards', async () => {
  const { clock, agenda, runs } = world(() => 10_000);
  agenda.restart('orders');
  await clock.advance(3_000);
  agenda.restart('orders');
  await settle();
  expect(runs.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(runs[1]?.started).toBe(clock.now());
  await agenda.stop();
});

test('what was removed while it was checked ends and does not come back, unless it is added again', async () => {
  const { clock, agenda, runs } = world(() => 10_000);
  agenda.restart('orders');
  agenda.restart('users');
  await clock.advance(1_000);
  agenda.remove('orders');
  agenda.remove('users');
  agenda.restart('users');
  await clock.advance(1_000_000);
  expect(runs.filter(({ name }) => name === 'orders').map(({ aborted }) => aborted)).toEqual([true]);
  expect(runs.filter(({ name }) => name === 'users').length).toBeGreaterThan(3);
  agenda.remove('users');
  await clock.advance(1_000_000);
  expect(clock.timers()).toBe(0);
});

test('a shorter interval hastens what waits, and never delays it', async () => {
  const { clock, agenda, runs } = world(() => 5);
  agenda.restart('orders');
  await clock.advance(300_000);
  const before = runs.length;
  agenda.hasten('orders', clock.now() + 1_000);
  agenda.hasten('orders', clock.now() + 900_000);
  await clock.advance(1_000);
  expect(runs.length).toBe(before + 1);
  await agenda.stop();
});

test('it says how long the longest due one has waited', async () => {
  const { clock, agenda } = world(() => 1e9, { concurrency: 1, patience: 1e9 });
  expect(agenda.overdue()).toBe(0);
  for (const name of named(2)) agenda.restart(name);
  await clock.advance(90_000);
  expect(agenda.overdue()).toBe(90_000);
  await agenda.stop();
});
