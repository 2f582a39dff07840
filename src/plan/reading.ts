import { textHash } from '../contract/hash.ts';
import type { JsonObject } from '../contract/kube.ts';
import type { Result } from '../contract/result.ts';
import { type Cluster, readInPlace, type TextReader } from '../contract/selector.ts';

/** The value of a key of an object in a request. */
export interface Value {
  object: JsonObject;
  key: string;
  text: string;
}

/** Results by the object of a request: many Resources name one object, and even hashing its text takes long. */
const known = new WeakMap<JsonObject, Map<string, unknown>>();

/** The result of `make` for a value, which is called until it has a result, and then not again in a call. */
export const onceFor = <T>({ object, key }: Value, what: string, make: () => T): T => {
  const results = known.get(object) ?? new Map<string, unknown>();
  known.set(object, results);
  const name = `${what} ${key}`;
  const result = (results.get(name) ?? make()) as T;
  if (result !== undefined) results.set(name, result);
  return result;
};

/** Identifies the content of a value. */
export const hashOf = (value: Value): string => onceFor(value, 'hash', () => textHash(value.text));

/** Reads a value, once in a call. Undefined while it has not been read. */
export const readValue = <T>(
  value: Value,
  reader: TextReader<T>,
  namespace: string,
  { read = readInPlace }: Cluster,
): Result<T, string> | undefined =>
  onceFor(value, `read ${reader.name}`, () => read(reader, value.text, namespace, hashOf(value)));
