import type { Clock } from '../clock.ts';

/** Writes that say nothing new come at least so far apart: a quarter of what the circuit breaker regains. */
export const spacing = 8_000;

/** Changes are never held back, but what can wait then waits for the breaker to recover: at most so many spacings. */
const deepestDebt = 8;

/** Counts the writes of one Instance's probe. */
export interface WriteBudget {
  /** Whether a write that can wait may go now. */
  allows: () => boolean;
  /** Counts a write of any kind. */
  spend: () => void;
  /** Milliseconds until one that can wait may go. */
  wait: () => number;
}

export const createWriteBudget = (clock: Clock): WriteBudget => {
  /** When the next one may go: each write moves it. */
  let next = Number.NEGATIVE_INFINITY;
  return {
    allows: () => clock.now() >= next,
    spend() {
      const now = clock.now();
      next = Math.min(Math.max(next, now) + spacing, now + deepestDebt * spacing);
    },
    wait: () => Math.max(0, next - clock.now()),
  };
};
