import type { ProbeReason } from '../../contract/probe-reasons.ts';

/** Ends a check with a reason from the fixed set. Contains nothing that a server sent. */
export class Failure extends Error {
  readonly reason: ProbeReason;

  constructor(reason: ProbeReason) {
    super(reason);
    this.name = 'Failure';
    this.reason = reason;
  }
}

/** The code of a Node error, such as `ECONNREFUSED`. */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};
