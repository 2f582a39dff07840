import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Processor time, which says what a call cost where wall-clock time also says how busy the machine is.
 */

/** Milliseconds that this thread has run. */
export const ownTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The path of this thread's statistics; undefined where the system has none (Linux has). */
export const ownThread = (): string | undefined => {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
  } catch {
    return undefined;
  }
};

/**
 * Milliseconds that a thread has run, by the path of its statistics; undefined where the system does not tell.
 * https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export const timeOf = (thread: string | undefined): number | undefined => {
  try {
    return thread === undefined ? undefined : Number(readFileSync(thread, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
};
