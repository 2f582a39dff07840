/** The time sources of the probe. Tests control them. */
export interface Clock {
  /** Monotonic milliseconds, regardless of changes to the time of day. All scheduling uses them. */
  now: () => number;
  /** Milliseconds since the epoch, for a status. They may jump. */
  wall: () => number;
  /** Calls back once, after this number of milliseconds. Returns a function that cancels the call. */
  setTimer: (ms: number, run: () => void) => () => void;
}

/** The longest delay of a Node timer. A caller that wakes early checks the time and waits again. */
const maxDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimer: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, Math.ceil(ms)), maxDelay));
    return () => clearTimeout(timer);
  },
};
