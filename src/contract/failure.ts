import { createHash } from 'node:crypto';
import type { Problem } from './reasons.ts';

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

/** What a Resource shows whose own data met a bug: its number, by which the log says more. */
export const internalProblem = ({ id }: Failure): Problem => ({
  reason: 'InternalError',
  message: `Internal error ${id}: this Resource is not served, the others are. The function's log has more under this number: report it.`,
});
