import type { ProbeReason } from '../../contract/probe-reasons.ts';

/** A verdict that ends a climb. It carries a reason of the closed table and nothing of what a server said. */
export class Failure extends Error {
  readonly reason: ProbeReason;

  constructor(reason: ProbeReason) {
    super(reason);
    this.name = 'Failure';
    this.reason = reason;
  }
}

/** The code of one of Node's own errors, such as `ECONNREFUSED`. */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};
