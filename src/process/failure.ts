import { createHash } from 'node:crypto';
import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';

/** What may be said of an error that nobody expected: not its message, which may hold a secret. */
export interface Failure {
  /** The same for the same bug, so that it can be found in the log and a repeated failure changes nothing. */
  id: string;
  /** The error's class. */
  error: string;
  /** Where it was thrown: function names and places in the code, innermost first. */
  stack: string[];
}

const FRAME = /^\s+at (?:async )?(?:[\w.<>$[\] #]+ \()?(?:file:\/\/|node:|\/)[^\s()]*:\d+:\d+\)?$/;
const IDENTIFIER = /^[\w$]{1,60}$/;
const DEEPEST = 20;

/** Describes an error without its message. */
export function describeFailure(thrown: unknown): Failure {
  const error = thrown instanceof Error ? className(thrown) : typeof thrown;
  const stack = thrown instanceof Error ? frames(thrown) : [];
  const id = createHash('sha256')
    .update([error, ...stack].join('\n'))
    .digest('hex')
    .slice(0, 8);
  return { id, error, stack };
}

function className(error: Error): string {
  const name: unknown = error.constructor?.name;
  return typeof name === 'string' && IDENTIFIER.test(name) ? name : 'Error';
}

/** The frames of a stack: what follows the message, and looks like nothing but a place in the code. */
function frames(error: Error): string[] {
  const { stack, message } = error;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const start = stack.indexOf(message);
  const rest = start < 0 ? '' : stack.slice(start + message.length);
  const lines = rest.split('\n').filter((line) => FRAME.test(line));
  return lines.slice(0, DEEPEST).map((line) => line.trim());
}

const SEVERITY_FATAL = 1;
const SEVERITY_WARNING = 2;
const STATUS_FALSE = 3;
const COMPOSITE_AND_CLAIM = 2;

/**
 * The answer to a request that met a bug: fatal, so that Crossplane changes nothing. The warning comes first,
 * as Crossplane drops what follows a fatal result.
 */
export function failedResponse(request: RunFunctionRequest, { id }: Failure): RunFunctionResponse {
  const message = `Internal error ${id}: nothing was changed; the function's log has more under this number`;
  const { desired, context } = request;
  return { ...fatalResponse(request.meta?.tag ?? '', 'InternalError', message), desired, context };
}

/** The answer to a call that was ended because it cost too much, of which only the tag has been read. */
export const endedResponse = (tag: string, message: string): RunFunctionResponse =>
  fatalResponse(tag, 'TooCostly', message);

const fatalResponse = (tag: string, reason: string, message: string): RunFunctionResponse => {
  const target = COMPOSITE_AND_CLAIM;
  return {
    meta: { tag, ttl: { seconds: 60, nanos: 0 } },
    desired: undefined,
    results: [
      { severity: SEVERITY_WARNING, message, reason, target },
      { severity: SEVERITY_FATAL, message, reason, target },
    ],
    context: undefined,
    requirements: undefined,
    conditions: [{ type: 'ConfigRendered', status: STATUS_FALSE, reason, message, target }],
    output: undefined,
  };
};
