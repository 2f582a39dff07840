import { Script } from 'node:vm';

const slot = Symbol.for('function-mcp.guarded');
const script = new Script(`globalThis[Symbol.for('function-mcp.guarded')]()`);

/**
 * Runs an action in this thread for at most `ms` milliseconds. Undefined when it was interrupted, which neither a
 * loop nor a regular expression can prevent; no `catch` or `finally` of the action runs then. Costs about 0.15 ms.
 */
export const guarded = <T>(ms: number, action: () => T): { value: T } | undefined => {
  const place = globalThis as unknown as Record<symbol, unknown>;
  const outer = place[slot];
  place[slot] = action;
  try {
    return { value: script.runInThisContext({ timeout: ms, displayErrors: false }) as T };
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  } finally {
    place[slot] = outer;
  }
};
