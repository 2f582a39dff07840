import { timeOf } from './processor-time.ts';

/** A call ends after so many times its deadline by the clock, however little processor time it got. */
const longestWait = 3;
/** A call ends when less than this share of its deadline is left. */
const leastShare = 0.1;

/**
 * Calls `end` when a thread has run for `ms` milliseconds of processor time, or has been given three times as many by the
 * clock. Counts by the clock alone where the system does not tell the processor time of a thread. Returns what cancels
 * the deadline.
 */
export const startDeadline = (thread: string | undefined, ms: number, end: () => void): (() => void) => {
  const began = timeOf(thread);
  let waits = 0;
  const check = (): void => {
    const now = timeOf(thread);
    const left = began === undefined || now === undefined ? 0 : ms - (now - began);
    if (left > leastShare * ms && ++waits < longestWait) timer = setTimeout(check, left);
    else end();
  };
  let timer = setTimeout(check, ms);
  return () => clearTimeout(timer);
};
