import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Default: 60. */
  seconds?: number;
  /** Milliseconds between two checks. Default: 200. */
  everyMs?: number;
  /** Returns a message that ends the wait when it can no longer succeed. */
  hopeless?: () => string | undefined;
}

/**
 * Calls `look` until it returns something other than false, null or undefined, and returns that. An exception counts as
 * "not yet". After `seconds`, throws an Error with `what` and the last exception.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  { seconds = 60, everyMs = 200, hopeless }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + seconds * 1000;
  let last = '';
  for (;;) {
    try {
      const found = await look();
      if (found !== false && found !== null && found !== undefined)
        return found as NonNullable<Exclude<T, false>>;
      last = '';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    const end = hopeless?.();
    if (end) throw new Error(`${what}: ${end}`);
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${seconds} s${last && `; last: ${last}`}`);
    }
    await pause(everyMs);
  }
}
