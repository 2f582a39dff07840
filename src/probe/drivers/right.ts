import type { Secrets } from '../check.ts';

/** A right to write that a user has. All words come from the driver, except for the names. */
export interface Right {
  /** A privilege or an attribute of a role, for example `INSERT`. */
  privilege: string;
  /** The kind of the object, for example `table`. Absent for a right to everything. */
  kind?: string;
  /** The names of the object, from the outermost, as the server reports them. */
  names?: readonly string[];
  /** How the user has it, for example `granted to PUBLIC`. */
  via?: string;
}

/** The right as a sentence. Contains a name only if {@link nameOf} allows it. */
export const describeRight = ({ privilege, kind, names = [], via }: Right, secrets: Secrets): string => {
  const name = nameOf(names, secrets);
  const object = kind === undefined ? '' : ` on ${name === undefined ? `a ${kind}` : `the ${kind} ${name}`}`;
  return `Found: ${privilege}${object}${via === undefined ? '' : `, ${via}`}.`;
};

/** Shorter values are parts of many names. */
const shortestSecret = 4;

/**
 * The name of an object for a message, such as `public.orders`. Undefined if a part is not a plain identifier of at most
 * 64 characters, or contains a value of the Secret: names come from a server, which knows the credentials.
 */
export const nameOf = (parts: readonly string[], secrets: Secrets): string | undefined => {
  const plain = parts.length > 0 && parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_$-]{0,63}$/.test(part));
  const name = parts.join('.');
  const folded = name.toLowerCase();
  const secret = Object.values(secrets).some(
    (value) => value.length >= shortestSecret && folded.includes(value.toLowerCase()),
  );
  return plain && !secret ? name : undefined;
};
