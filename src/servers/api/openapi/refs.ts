import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject, member, members } from './json.ts';

/** Most references that may lead from one to the next. */
const maxHops = 16;

/**
 * What one document may cost: schemas that are looked at, and their fields. A document of 1 MiB can be written so
 * that its references multiply; the largest real ones take a tenth of this.
 */
const maxCost = 300_000;

/** Follows the references of one document. The error is a phrase: "refers to another document". */
export type Resolve = (value: unknown) => Result<JsonObject, string>;

/**
 * A resolver of `$ref` within a document, by JSON pointer (https://www.rfc-editor.org/rfc/rfc6901). Nothing is
 * ever fetched: a reference to anywhere else is an error, and so is a circle.
 */
export const resolverOf = (document: JsonObject): Resolve => {
  let cost = 0;
  const resolve = (value: unknown, hops: number): Result<JsonObject, string> => {
    if (!isObject(value)) return fail('is not an object');
    const ref = member(value, '$ref');
    if (ref === undefined) {
      cost += 1 + members(member(value, 'properties')).length;
      return cost > maxCost ? fail('is beyond what is read of one document') : ok(value);
    }
    if (typeof ref !== 'string' || !ref.startsWith('#/')) return fail('refers to another document');
    if (hops === maxHops) return fail('refers to itself');
    return resolve(at(document, ref.slice(2)), hops + 1);
  };
  return (value) => resolve(value, 0);
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
