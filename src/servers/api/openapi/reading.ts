import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject, member } from './json.ts';

/** Most references that may lead from one to the next. */
const maxHops = 16;
/** Longest reference that is followed. */
const maxPointer = 1000;

/**
 * Most steps that reading one document may take: a step is an object, a reference or a list entry that is looked at.
 * The largest real documents of 1 MiB take a tenth of this.
 */
const maxSteps = 300_000;

/**
 * One pass over one document. Every object is judged once, however many references lead to it, so that the cost is
 * linear in the size of the document. Errors are phrases: "refers to another document".
 */
export interface Reading {
  /**
   * Follows `$ref` within the document, by JSON pointer (https://www.rfc-editor.org/rfc/rfc6901). Nothing is ever
   * fetched: a reference to anywhere else is an error, and so is a circle.
   */
  resolve: (value: unknown) => Result<JsonObject, string>;
  /** The members of an object; none where the value is not an object. Listed once for each object. */
  members: (value: unknown) => readonly (readonly [string, unknown])[];
  /** Takes steps; false once the document has used up what it may take. */
  spend: (steps: number) => boolean;
  /** What `make` returned for this object under this name, which is called once for each. */
  once: <T>(name: string, object: object, make: () => T) => T;
  /** Steps taken so far. */
  steps: () => number;
}

/** The error once a document has used up its steps. */
export const beyond = 'is beyond what is read of one document';

/** Starts to read a document. */
export const startReading = (document: JsonObject): Reading => {
  let steps = 0;
  const tables = new Map<string, Map<object, unknown>>();
  const spend = (count: number): boolean => {
    if (steps <= maxSteps) steps += count;
    return steps <= maxSteps;
  };
  const once = <T>(name: string, object: object, make: () => T): T => {
    const table = tables.get(name) ?? new Map<object, unknown>();
    tables.set(name, table);
    if (table.has(object)) return table.get(object) as T;
    const made = make();
    table.set(object, made);
    return made;
  };
  const resolve = (value: unknown): Result<JsonObject, string> => {
    let target = value;
    for (let hops = 0; hops <= maxHops; hops++) {
      if (!isObject(target)) return fail('is not an object');
      if (!spend(1)) return fail(beyond);
      const ref = member(target, '$ref');
      if (ref === undefined) return ok(target);
      if (typeof ref !== 'string' || !ref.startsWith('#/') || ref.length > maxPointer)
        return fail('refers to another document');
      target = at(document, ref.slice(2));
    }
    return fail('refers to itself');
  };
  const members = (value: unknown) =>
    isObject(value)
      ? once('members', value, () => {
          const entries = Object.entries(value);
          spend(entries.length);
          return entries;
        })
      : [];
  return { resolve, members, spend, once, steps: () => steps };
};

const at = (document: JsonObject, pointer: string): unknown => {
  let value: unknown = document;
  for (const token of pointer.split('/')) value = member(value, keyOf(token));
  return value;
};

const keyOf = (token: string): string => {
  const pointer = token.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
};
