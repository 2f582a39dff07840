import type { ProbeReason } from '../../contract/probe-reasons.ts';

/** Ends a check with a reason from the fixed set. Contains nothing that a server sent. */
export class Failure extends Error {
  readonly reason: ProbeReason;
  /** A sentence that the message adds to the sentence of the reason. */
  readonly detail: string | undefined;

  constructor(reason: ProbeReason, detail?: string) {
    super(reason);
    this.name = 'Failure';
    this.reason = reason;
    this.detail = detail;
  }
}

/** The code of a Node error, such as `ECONNREFUSED`. */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};
