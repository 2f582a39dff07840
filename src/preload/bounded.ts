import { Script } from 'node:vm';

/** Milliseconds that a driver may take for one piece of what a server sent, which has 64 KiB. */
const limit = 100;

const slot = Symbol.for('preload.step');
const script = new Script("globalThis[Symbol.for('preload.step')]()");
let inside = false;

/**
 * Runs `step` and returns what it returns, but ends it when it takes too long: a driver that looks for the end of a
 * text that has none would never return, and nobody would be served any more. Returns undefined then.
 * https://nodejs.org/api/vm.html#scriptruninthiscontextoptions
 */
export const bounded = <T>(step: () => T): T | undefined => {
  if (inside) return step();
  inside = true;
  Object.assign(globalThis, { [slot]: step });
  try {
    return script.runInThisContext({ timeout: limit }) as T;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return undefined;
  } finally {
    inside = false;
  }
};
