import { createHash } from 'node:crypto';
import type { Problem } from './reasons.ts';

/** What may be shown of an unexpected error. Its message may contain a secret, so it is not included. */
export interface Failure {
  /** Equal for the same bug: the log can be searched for it, and a repeated failure changes no status. */
  id: string;
  /** The error's class. */
  error: string;
  /** Where it was thrown: function names and source positions, innermost first. */
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

/** The frames of a stack: the lines after the message that contain nothing but a source position. */
function frames(error: Error): string[] {
  const { stack, message } = error;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const start = stack.indexOf(message);
  const rest = start < 0 ? '' : stack.slice(start + message.length);
  const lines = rest.split('\n').filter((line) => FRAME.test(line));
  return lines.slice(0, DEEPEST).map((line) => line.trim());
}

/** The problem of a Resource that triggers a bug. The log has the details under the ID in the message. */
export const internalProblem = ({ id }: Failure): Problem => ({
  reason: 'InternalError',
  message: `Internal error ${id}: a bug in function-mcp. This Resource is not served, the others are. Report the bug with the function's log entry for this ID.`,
});
