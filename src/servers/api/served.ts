import { matchesGlob } from '../../contract/glob.ts';
import { shortHash } from '../../contract/hash.ts';
import { type Called, type Declared, isReading, type LeftOut, type Operation } from './operation.ts';

/** The criteria that select operations of an API. */
export interface Selection {
  /** Patterns of operations. Undefined: all operations. */
  allow?: readonly string[];
  deny?: readonly string[];
  readOnly: boolean;
  maxOperations: number;
}

/** An operation, and its part of the name of its tool. */
export interface ServedOperation {
  name: string;
  operation: Operation;
}

/** The operations of an API that are served, and why others are not. */
export interface Served {
  served: ServedOperation[];
  /** Selected operations that are not served, and parts of served operations that are left out. */
  leftOut: LeftOut[];
}

/**
 * Which operations become tools. `deny` overrides `allow`. Only the method decides whether an operation reads. The name
 * of a tool depends only on the operations with the same name.
 */
export const servedOf = (declared: Declared, selection: Selection, longest: number): Served => {
  const wanted = declared.operations.filter((operation) => isWanted(operation, selection));
  const names = toolNames(wanted, longest);
  const served = wanted.slice(0, selection.maxOperations);
  return {
    served: served.map((operation, index) => ({ name: names[index] ?? '', operation })),
    leftOut: [
      ...declared.leftOut.filter((operation) => isWanted(operation, selection)),
      ...wanted.slice(served.length).map((operation) => ({
        ...calledOf(operation),
        reason: `the Instance serves at most ${selection.maxOperations} operations of an API`,
      })),
      ...served.flatMap((operation) =>
        (operation.notes ?? []).map((note) => ({ ...calledOf(operation), reason: `without ${note}` })),
      ),
    ],
  };
};

const calledOf = ({ name, method, path }: Operation): Called => ({
  ...(name !== undefined && { name }),
  method,
  path,
});

const isWanted = (operation: Called, { allow, deny = [], readOnly }: Selection): boolean =>
  (!readOnly || operation.method === undefined || isReading(operation)) &&
  (allow === undefined || allow.some((pattern) => matches(pattern, operation))) &&
  !deny.some((pattern) => matches(pattern, operation));

/** Whether a pattern matches the name of an operation, or its `METHOD /path`. `*` stands for any characters. */
export const matches = (pattern: string, { name, method, path }: Called): boolean => {
  const [, verb, place] = /^([A-Z]+|\*) (\/.*)$/.exec(pattern) ?? [];
  return verb === undefined || place === undefined
    ? name !== undefined && matchesGlob(pattern, name)
    : (verb === '*' || method === undefined || verb === method) && matchesGlob(place, path);
};

/**
 * The maximum number of characters that are compared to decide which operations are served. It is computed in advance,
 * because a document and a spec can both be large.
 */
export const comparisons = (
  { operations, leftOut }: Declared,
  { allow = [], deny = [] }: Patterns,
): number => {
  const patterns = [...allow, ...deny].reduce((sum, pattern) => sum + pattern.length, 0);
  const texts = [...operations, ...leftOut].reduce(
    (sum, { name = '', path }) => sum + Math.max(name.length, path.length),
    0,
  );
  return patterns * texts;
};

type Patterns = Pick<Selection, 'allow' | 'deny'>;

/** The names of tools: letters, digits, "_" and "-". A name that is too long or not unique gets a hash. */
const toolNames = (operations: readonly Operation[], longest: number): string[] => {
  const plain = operations.map(plainName);
  const count = new Map<string, number>();
  for (const name of plain) count.set(name, (count.get(name) ?? 0) + 1);
  const taken = new Set(plain.filter((name) => count.get(name) === 1 && name.length <= longest));
  return operations.map((operation, index) => {
    const name = plain[index] ?? '';
    if (taken.has(name)) return name;
    for (let salt = ''; ; salt += ' ') {
      const hash = shortHash(`${operation.method} ${operation.path}${salt}`).slice(0, 8);
      const hashed = `${name.slice(0, longest - 9).replace(/[_-]+$/, '')}_${hash}`;
      if (taken.has(hashed)) continue;
      taken.add(hashed);
      return hashed;
    }
  });
};

const plainName = ({ name, method, path }: Operation): string => {
  const text = (name ?? `${method.toLowerCase()}${path}`).replace(/[^A-Za-z0-9_-]+/g, '_');
  return trimmed(text) || method.toLowerCase();
};

/** Removes "_" and "-" at both ends. A regular expression would take quadratic time for a long run of them. */
const trimmed = (text: string): string => {
  const isMark = (at: number) => text[at] === '_' || text[at] === '-';
  let [start, end] = [0, text.length];
  while (start < end && isMark(start)) start++;
  while (end > start && isMark(end - 1)) end--;
  return text.slice(start, end);
};
