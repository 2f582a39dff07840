/** Time, as the probe sees it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds that only ever grow, whatever happens to the time of day. Everything is scheduled on it. */
  now: () => number;
  /** Milliseconds since the epoch: what stands in a status. It may jump. */
  wall: () => number;
  /** Calls back once, after so many milliseconds. Returns what takes it back. */
  setTimer: (ms: number, run: () => void) => () => void;
}

/** The longest delay that a timer of Node takes; whoever wakes early looks again. */
const maxDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimer: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, Math.ceil(ms)), maxDelay));
    return () => clearTimeout(timer);
  },
};
