/** Schedules the next check of a target. Pure. All times are in milliseconds of {@link Clock.now}. */

/** A number in [0, 1) that depends only on the name, so that a restart spreads targets as before. FNV-1a. */
export const spread = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  // similar names differ in few bits, so mix them
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/**
 * Time between the starts of two checks of a healthy target: up to a tenth less than the interval. It is never longer,
 * so that a check that waits for a slot still starts within the interval plus a tenth.
 */
export const periodOf = (name: string, interval: number): number => interval * (0.9 + 0.1 * spread(name));

/** The first delay after a failure. Each further failure doubles it, up to the period. */
export const firstBackoff = 15_000;

/** Minimum time between the end of a check and the start of the next. */
export const leastPause = 1_000;

export interface Course {
  name: string;
  interval: number;
  /** Start and end of the check. */
  started: number;
  ended: number;
  /** Number of consecutive failed checks, including this one. 0 if the target is healthy. */
  failures: number;
  /** Whether an earlier check by this process succeeded too, and none has failed since. */
  settled: boolean;
  /** Whether an early retry may do harm, for example because wrong passwords lock an account. */
  patient?: boolean;
}

/**
 * When the next check starts. A target that has just become healthy waits for a part of its period that depends on its
 * name, so that targets that started or recovered together are not checked together afterwards.
 */
export const nextDue = ({ name, interval, started, ended, failures, settled, patient }: Course): number => {
  const period = periodOf(name, interval);
  const soonest = ended + leastPause;
  if (failures === 0) {
    const wait = settled ? period : period * (0.1 + 0.9 * spread(`${name}#phase`));
    return Math.max(started + wait, soonest);
  }
  if (patient) return Math.max(started + period, soonest);
  const backoff = firstBackoff * 2 ** Math.min(failures - 1, 20) * (0.9 + 0.1 * spread(`${name}#backoff`));
  return Math.max(Math.min(ended + backoff, started + period), soonest);
};

/**
 * The time over which a restarted probe spreads its checks. It depends on the number of targets, and is a minute at
 * most.
 */
const restartSpread = (targets: number): number => Math.min(60_000, targets * 600);

/**
 * When a target is checked whose status reports success `ago` milliseconds before this process first read it. The
 * checks are spread, and none is repeated within a minute. But they do not wait for the whole period, because changed
 * credentials, which no status shows, may have caused the restart.
 */
export const dueAfterRestart = (
  name: string,
  interval: number,
  now: number,
  ago: number,
  targets: number,
): number => {
  const within = restartSpread(targets);
  const wait = Math.max(within * spread(`${name}#restart`), within - ago);
  return now + Math.max(0, Math.min(wait, periodOf(name, interval) - ago));
};
