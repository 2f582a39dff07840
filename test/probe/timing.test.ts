import { assert, constantFrom, double, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import {
  dueAfterRestart,
  firstBackoff,
  leastPause,
  nextDue,
  periodOf,
  spread,
} from '../../src/probe/timing.ts';

const names = string({ minLength: 1, maxLength: 60 });
const intervals = integer({ min: 30_000, max: 3_600_000 });

test('a period is within a tenth below the interval, and a name keeps its own', () => {
  assert(
    property(names, intervals, (name, interval) => {
      const period = periodOf(name, interval);
      expect(period).toBeGreaterThanOrEqual(interval * 0.9);
      expect(period).toBeLessThanOrEqual(interval);
      expect(periodOf(name, interval)).toBe(period);
    }),
  );
});

test('similar names are spread evenly', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.floor(spread(`db-${i}`) * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(count).toBeGreaterThan(900);
});

test('the next check is never later than the interval after the start, whatever was found', () => {
  assert(
    property(
      names,
      intervals,
      integer({ min: 0, max: 40 }),
      double({ min: 0, max: 1, noNaN: true }),
      constantFrom(true, false),
      constantFrom(true, false),
      (name, interval, failures, part, settled, patient) => {
        const started = 5_000;
        const ended = started + part * interval;
        const due = nextDue({ name, interval, started, ended, failures, settled, patient });
        expect(due).toBeLessThanOrEqual(Math.max(started + interval, ended + leastPause));
        expect(due).toBeGreaterThanOrEqual(ended + leastPause);
      },
    ),
  );
});

test('failures in a row double the wait, up to the period', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((failures) => {
    const name = 'orders';
    return nextDue({ name, interval: 300_000, started: 0, ended: 0, failures, settled: false });
  });
  const [first = 0] = waits;
  expect(first).toBeGreaterThanOrEqual(firstBackoff * 0.9);
  expect(first).toBeLessThanOrEqual(firstBackoff);
  expect(waits.map((wait) => wait / first)).toEqual([1, 2, 4, 8, 16, periodOf('orders', 300_000) / first]);
});

test('a refused password is not tried again before the period is over', () => {
  const due = nextDue({
    name: 'orders',
    interval: 300_000,
    started: 0,
    ended: 10,
    failures: 1,
    settled: false,
    patient: true,
  });
  expect(due).toBe(periodOf('orders', 300_000));
});

test('targets that became well together are spread over their periods', () => {
  const dues = Array.from({ length: 1_000 }, (_, i) =>
    nextDue({ name: `db-${i}`, interval: 300_000, started: 0, ended: 5, failures: 0, settled: false }),
  );
  const perSecond = new Map<number, number>();
  for (const due of dues)
    perSecond.set(Math.floor(due / 1000), (perSecond.get(Math.floor(due / 1000)) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThan(16);
});

test('after a restart a target is checked within a minute, and not twice within one', () => {
  assert(
    property(names, intervals, integer({ min: 0, max: 3_600_000 }), (name, interval, ago) => {
      const due = dueAfterRestart(name, interval, 1_000, ago, 1_000);
      expect(due).toBeGreaterThanOrEqual(1_000);
      expect(due).toBeLessThanOrEqual(61_000);
      if (interval > 70_000)
        expect(due + ago - 1_000).toBeGreaterThanOrEqual(Math.min(60_000, interval * 0.9));
      expect(due).toBeLessThanOrEqual(Math.max(1_000, 1_000 - ago + interval));
    }),
  );
  const dues = Array.from({ length: 500 }, (_, i) => dueAfterRestart(`db-${i}`, 300_000, 0, 120_000, 500));
  expect(Math.max(...dues) - Math.min(...dues)).toBeGreaterThan(55_000);
});

test('after a restart that changed credentials may have caused, few targets are checked within seconds', () => {
  assert(
    property(names, integer({ min: 1, max: 10 }), integer({ min: 0, max: 200_000 }), (name, targets, ago) => {
      expect(dueAfterRestart(name, 300_000, 0, ago, targets)).toBeLessThanOrEqual(6_000);
    }),
  );
});
