import type { Clock } from '../clock.ts';

const firstPause = 1_000;
const longestPause = 30_000;
/** The longest pause that an API server can request. */
const longestRetryAfter = 300_000;

/** Limits requests to the API server while it does not answer. */
export interface Backoff {
  /** Whether a request may be sent now. If so, {@link leave} must be called with its result. */
  enter: () => boolean;
  /** `ok` if the API server answered at all. A number of milliseconds if it requested a pause. */
  leave: (outcome: { ok: true } | { ok: false; retryAfter?: number }) => void;
  /** Milliseconds until {@link enter} may succeed. 0 if it may now, or when the current request ends. */
  wait: () => number;
  /** Since when the API server has not answered. */
  closedSince: () => number | undefined;
}

/**
 * After a failure, all requests pause, twice as long each time. Then a single request is sent. So after an outage, the
 * API server receives one request from each probe instead of all pending ones. `spread` in [0, 1) keeps probes apart.
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
        // a request that was in progress when the pause began does not end it
        if (now < opensAt) return;
        failures = 0;
        since = undefined;
        return;
      }
      since ??= now;
      // requests that were in progress at the first failure give no new information
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
