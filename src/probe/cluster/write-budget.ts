import type { Clock } from '../clock.ts';

/** Minimum time between writes without a change: a quarter of what the circuit breaker regains. */
const spacing = 8_000;

/**
 * Changes are never delayed, but other writes then wait until the breaker recovers: for this number of spacings at
 * most.
 */
const deepestDebt = 8;

/** Counts the writes of an Instance's probe. */
export interface WriteBudget {
  /** Whether a write that can wait may be sent now. */
  allows: () => boolean;
  /** Counts a write of any kind. */
  spend: () => void;
  /** Milliseconds until a write that can wait may be sent. */
  wait: () => number;
}

export const createWriteBudget = (clock: Clock): WriteBudget => {
  /** When the next write may be sent. Each write moves it. */
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
