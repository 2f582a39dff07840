/** When a target is checked again. Pure; all times are in milliseconds of {@link Clock.now}. */

/** A number in [0, 1) that is a name's for ever, so that a restart spreads targets as before. FNV-1a. */
export const spread = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  // neighbours in the alphabet differ in few bits: mix them up
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/**
 * Time between the starts of two checks of a target that is well: up to a tenth less than the interval. Never
 * more, so that waiting for a free slot still leaves it within its interval plus a tenth.
 */
export const periodOf = (name: string, interval: number): number => interval * (0.9 + 0.1 * spread(name));

/** The first wait after a failure; each further one doubles it, up to the period. */
export const firstBackoff = 15_000;

/** The least time between the end of a check and the start of the next. */
export const leastPause = 1_000;

export interface Course {
  name: string;
  interval: number;
  /** When the check started and ended. */
  started: number;
  ended: number;
  /** Checks in a row that failed, this one included; 0 where it is well. */
  failures: number;
  /** Whether an earlier check of this process found it well too, with none that failed since. */
  settled: boolean;
  /** Whether trying again soon may do harm, as a wrong password that locks an account does. */
  patient?: boolean;
}

/**
 * When the next check starts. A target that has just become well waits for a part of its period that is its
 * own: targets that started, or recovered, together are not checked together from then on.
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

/** Over how long a restarted probe spreads its checks: so many targets that each waits in turn, at most a minute. */
const restartSpread = (targets: number): number => Math.min(60_000, targets * 600);

/**
 * When a target is checked, of so many, whose status says that it was well `ago` milliseconds before this process
 * first looked at it. Not all of them at once, nor so many twice within a minute; but soon, and not only after the
 * whole period, as the restart may be due to changed credentials, of which no status tells.
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
