import { globOf } from '../../contract/glob.ts';
import { shortHash } from '../../contract/hash.ts';
import { type Called, type Declared, isReading, type LeftOut, type Operation } from './operation.ts';
import { unmatchedOf } from './unmatched.ts';

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
  leftOut: readonly LeftOut[];
}

/**
 * Which operations become tools. `deny` overrides `allow`. Only the method decides whether an operation reads. The name
 * of a tool depends only on the operations with the same name.
 */
export const servedOf = (declared: Declared, selection: Selection, longest: number): Served => {
  const { wanted, served, leftOut } = choose(declared, selection);
  const names = toolNames(wanted, served.length, longest);
  return {
    served: served.map((operation, index) => ({ name: names[index] ?? '', operation })),
    leftOut,
  };
};

/** What a selection makes of the declared operations. */
export interface Choice {
  wanted: readonly Operation[];
  /** The first of those. */
  served: readonly Operation[];
  leftOut: readonly LeftOut[];
  /** Sentences about patterns that match no operation. */
  unmatched: readonly string[];
}

/**
 * The operations that a selection leaves. The last choice is remembered for each document, because the Resources of an
 * Instance that share a document usually select the same.
 */
export const choose = (declared: Declared, selection: Selection): Choice => {
  const key = JSON.stringify(selection);
  const known = choices.get(declared);
  if (known?.key === key) return known.choice;
  const choice = chosen(declared, selection);
  choices.set(declared, { key, choice });
  return choice;
};

const choices = new WeakMap<Declared, { key: string; choice: Choice }>();

const chosen = (declared: Declared, selection: Selection): Choice => {
  const isWanted = wantedBy(selection);
  const wanted = declared.operations.filter(isWanted);
  const served = wanted.slice(0, selection.maxOperations);
  return {
    wanted,
    served,
    unmatched: unmatchedOf(declared, selection.allow ?? [], testOf),
    leftOut: [
      ...declared.leftOut.filter(isWanted),
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

const calledOf = ({ name, method, path, renamed }: Operation): Called => ({
  ...(name !== undefined && { name }),
  ...(renamed && { renamed }),
  method,
  path,
});

type Test = (operation: Called) => boolean;

const wantedBy = ({ allow, deny = [], readOnly }: Selection): Test => {
  const [allowed, denied] = [allow?.map(testOf), deny.map(testOf)];
  return (operation) =>
    (!readOnly || operation.method === undefined || isReading(operation)) &&
    (allowed === undefined || allowed.some((test) => test(operation))) &&
    !denied.some((test) => test(operation));
};

/** Whether a pattern matches the name of an operation, or its `METHOD /path`. `*` stands for any characters. */
export const matches = (pattern: string, operation: Called): boolean => testOf(pattern)(operation);

const testOf = (pattern: string): Test => {
  const [, verb, place] = /^([A-Z]+|\*) (\/.*)$/.exec(pattern) ?? [];
  if (verb === undefined || place === undefined) {
    const isName = globOf(pattern);
    return ({ name }) => name !== undefined && isName(name);
  }
  const isPath = globOf(place);
  return ({ method, path }) => (verb === '*' || method === undefined || verb === method) && isPath(path);
};

/** Characters that are compared in the time that an operation takes without any pattern. */
const perOperation = 32;

/**
 * The maximum number of characters that are compared to decide which operations are served. It is computed in advance,
 * because a document and a spec can both be large.
 */
export const comparisons = (
  { operations, leftOut }: Declared,
  { allow = [], deny = [] }: Patterns,
): number => {
  const patterns = [...allow, ...deny].reduce((sum, pattern) => sum + pattern.length, 0);
  const all = [...operations, ...leftOut];
  const texts = all.reduce((sum, { name = '', path }) => sum + Math.max(name.length, path.length), 0);
  return patterns * texts + perOperation * all.length;
};

type Patterns = Pick<Selection, 'allow' | 'deny'>;

/**
 * The names of the tools for the first operations: letters, digits, "_" and "-". A name that is too long or not unique
 * among all operations gets a hash.
 */
const toolNames = (operations: readonly Operation[], count: number, longest: number): string[] => {
  const plain = operations.map(plainName);
  const uses = new Map<string, number>();
  for (const name of plain) uses.set(name, (uses.get(name) ?? 0) + 1);
  const taken = new Set(plain.filter((name) => uses.get(name) === 1 && name.length <= longest));
  return operations.slice(0, count).map((operation, index) => {
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

const plainName = (operation: Operation): string => {
  const known = plainNames.get(operation);
  if (known !== undefined) return known;
  const { name, method, path, renamed } = operation;
  // A name in another script would lose its letters.
  const isUsable = name !== undefined && renamed === undefined && !/(?![A-Za-z])\p{L}/u.test(name);
  const text = (isUsable ? name : `${method.toLowerCase()}${path}`).replace(/[^A-Za-z0-9_-]+/g, '_');
  const plain = trimmed(text) || method.toLowerCase();
  plainNames.set(operation, plain);
  return plain;
};

const plainNames = new WeakMap<Operation, string>();

/** Removes "_" and "-" at both ends. A regular expression would take quadratic time for a long run of them. */
const trimmed = (text: string): string => {
  const isMark = (at: number) => text[at] === '_' || text[at] === '-';
  let [start, end] = [0, text.length];
  while (start < end && isMark(start)) start++;
  while (end > start && isMark(end - 1)) end--;
  return text.slice(start, end);
};
