import { createTurns } from './turns.ts';

/** The calls that wait for the main thread. Tenants take turns. */
export interface Line {
  add: (tenant: string, large: boolean, call: () => void) => void;
}

/**
 * Runs one call per turn of the event loop. After a large call, at least `restTurns` turns run small calls only: a small
 * call takes several turns to arrive and to be answered, and would wait for a large call in each of them.
 */
export const createLine = (restTurns: number): Line => {
  const small = createTurns<() => void>(Number.POSITIVE_INFINITY);
  const large = createTurns<() => void>(Number.POSITIVE_INFINITY);
  let resting = 0;
  const waiting = () => small.size() + large.size();
  const turn = (): void => {
    resting = Math.max(0, resting - 1);
    if (resting === 0 && large.size() > 0) {
      resting = restTurns;
      large.next()?.();
    } else small.next()?.();
    if (waiting() > 0) setImmediate(turn);
  };
  return {
    add: (tenant, isLarge, call) => {
      if (waiting() === 0) setImmediate(turn);
      (isLarge ? large : small).add(tenant, call);
    },
  };
};
