import type { Clock } from '../clock.ts';

const firstPause = 1_000;
const longestPause = 30_000;
/** An API server that asks for more patience than this is asked again all the same. */
const longestRetryAfter = 300_000;

/** Lets requests to the API server through, fewer while it does not answer. */
export interface Backoff {
  /** Whether a request may go now; then {@link leave} must be told how it went. */
  enter: () => boolean;
  /** `ok` where the API server answered at all; a pause in milliseconds where it asked for one. */
  leave: (outcome: { ok: true } | { ok: false; retryAfter?: number }) => void;
  /** Milliseconds until it is worth to try {@link enter} again; 0 where it is now, or once a request has ended. */
  wait: () => number;
  /** Since when the API server does not answer. */
  closedSince: () => number | undefined;
}

/**
 * After a failure all requests pause, twice as long each time; then a single one tries. So an API server that
 * comes back meets one request of each probe, and not their backlog. `spread` in [0, 1) keeps probes apart.
 */
export const createBackoff = (clock: Clock, spread: number): Backoff => {
  let failures = 0;
  let opensAt = Number.NEGATIVE_INFINITY;
  let inside = 0;
  let since: number | undefined;
  return {
    enter() {
      if (clock.now() < opensAt || (failures > 0 && inside > 0)) return false;
      inside++;
      return true;
    },
    leave(outcome) {
      inside--;
      const now = clock.now();
      if (outcome.ok) {
        // one that was under way when the pause began does not end it
        if (now < opensAt) return;
        failures = 0;
        since = undefined;
        return;
      }
      since ??= now;
      // those that were under way when the first one failed say nothing new
      if (now < opensAt && outcome.retryAfter === undefined) return;
      failures++;
      const pause =
        Math.min(firstPause * 2 ** Math.min(failures - 1, 20), longestPause) * (0.75 + 0.25 * spread);
      const asked = Math.min(outcome.retryAfter ?? 0, longestRetryAfter);
      opensAt = Math.max(opensAt, now + Math.max(pause, asked));
    },
    wait: () => Math.max(0, opensAt - clock.now()),
    closedSince: () => since,
  };
};
