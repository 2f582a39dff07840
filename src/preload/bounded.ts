import { Script } from 'node:vm';

/**
 * Milliseconds that a driver may take to process one chunk of up to 64 KiB from a server. It needs a few; the rest is
 * for a container that gets little processor time.
 */
const limit = 5000;

const slot = Symbol.for('preload.step');
const script = new Script("globalThis[Symbol.for('preload.step')]()");
let inside = false;

/**
 * Runs `step` and returns its result, or undefined if it takes too long. A driver that searches for the end of a text
 * without one would never return, and would block all clients.
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
