import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject, member, shortText } from './json.ts';

/** Maximum length of a chain of references. */
const maxHops = 16;
/** Maximum length of the text of a reference. */
const maxPointer = 1000;

/**
 * Maximum number of steps for one document. A step reads an object, a reference or a list entry. The largest real
 * documents of 1 MiB take a tenth of this.
 */
const maxSteps = 300_000;

/**
 * One pass over one document. Every object is read once, however many references to it exist, so the cost is linear in
 * the size of the document. Errors are phrases: "refers to another document".
 */
export interface Reading {
  /**
   * Follows `$ref` within the document by JSON pointer (https://www.rfc-editor.org/rfc/rfc6901). Nothing is fetched:
   * references to other documents and circular references are errors.
   */
  resolve: (value: unknown) => Result<JsonObject, string>;
  /** The members of an object. Empty if the value is not an object. Listed once for each object. */
  members: (value: unknown) => readonly (readonly [string, unknown])[];
  /** Counts steps. False after the document has exceeded the maximum. */
  spend: (steps: number) => boolean;
  /** The result of `make`, which is called once for each object and name. */
  once: <T>(name: string, object: object, make: () => T) => T;
  /**
   * Counts the characters of a description that is made from schemas. Undefined after the document has exceeded the
   * maximum: a small document can refer to a large schema from everywhere.
   */
  say: (text: string | undefined) => string | undefined;
  /** The number of steps so far. */
  steps: () => number;
}

/** Maximum number of characters of the descriptions of one document. */
export const maxSaid = 1_000_000;

/** The error after a document has exceeded the maximum number of steps. */
export const beyond = 'exceeds the size limit of a document';

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
  /** Found once for each text of a reference: every operation can refer to the same target. */
  const targets = new Map<string, unknown>();
  const targetOf = (ref: string): unknown => {
    if (!targets.has(ref)) targets.set(ref, at(document, ref.slice(2)));
    return targets.get(ref);
  };
  const resolve = (value: unknown): Result<JsonObject, string> => {
    let target = value;
    for (let hops = 0; hops <= maxHops; hops++) {
      if (!isObject(target)) return fail('is not an object');
      if (!spend(1)) return fail(beyond);
      const ref = member(target, '$ref');
      if (ref === undefined) return ok(target);
      const pointer = shortText(ref, maxPointer);
      if (!pointer?.startsWith('#/')) return fail('refers to another document');
      target = targetOf(pointer);
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
  let said = 0;
  const say = (text: string | undefined): string | undefined => {
    said += text?.length ?? 0;
    return said <= maxSaid ? text : undefined;
  };
  return { resolve, members, spend, once, say, steps: () => steps };
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
