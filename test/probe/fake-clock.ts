import type { Clock } from '../../src/probe/clock.ts';

export interface FakeClock extends Clock {
  /** Lets time pass: every timer that is due fires in its turn, and what it set off settles before the next. */
  advance: (ms: number) => Promise<void>;
  /** Advances in steps until a condition holds; throws after `limit` milliseconds of fake time. */
  until: (holds: () => boolean, limit?: number, step?: number) => Promise<void>;
  /** Sets the time of day, and nothing else. */
  setWall: (wall: number) => void;
  /** Timers that are set. */
  timers: () => number;
}

const epoch = Date.parse('2026-03-02T09:00:00Z');

/** Lets everything run that needs no timer: promises, and callbacks of the event loop. */
export const settle = async (turns = 3): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that stands still until it is advanced. It starts far from zero, as monotonic clocks do. */
export const fakeClock = ({ turns = 1 } = {}): FakeClock => {
  let now = 1_000_000;
  let offset = epoch - now;
  let sequence = 0;
  const timers = new Map<number, { at: number; run: () => void }>();

  const next = (): [number, { at: number; run: () => void }] | undefined => {
    let first: [number, { at: number; run: () => void }] | undefined;
    for (const each of timers) if (!first || each[1].at < first[1].at) first = each;
    return first;
  };

  const clock: FakeClock = {
    now: () => now,
    wall: () => now + offset,
    setTimer(ms, run) {
      const id = sequence++;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const end = now + ms;
      await settle(turns);
      for (let due = next(); due && due[1].at <= end; due = next()) {
        now = Math.max(now, due[1].at);
        timers.delete(due[0]);
        due[1].run();
        await settle(turns);
      }
      now = end;
    },
    async until(holds, limit = 3600_000, step = 250) {
      const end = now + limit;
      await settle(turns);
      while (!holds()) {
        if (now >= end) throw new Error(`it did not come about within ${limit / 1000} s`);
        await clock.advance(step);
      }
    },
    setWall(wall) {
      offset = wall - now;
    },
    timers: () => timers.size,
  };
  return clock;
};
