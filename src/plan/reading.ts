import type { JsonObject } from '../contract/kube.ts';
import type { Result } from '../contract/result.ts';
import { type Cluster, readInPlace, type TextReader } from '../contract/selector.ts';

/** Results by the object of a request: many Resources name one object, and even hashing its text takes long. */
const known = new WeakMap<JsonObject, Map<string, Result<unknown, string>>>();

/** Reads the value of a key of an object, once in a call. Undefined while it has not been read. */
export const readValue = <T>(
  { object, key, text }: { object: JsonObject; key: string; text: string },
  reader: TextReader<T>,
  namespace: string,
  { read = readInPlace }: Cluster,
): Result<T, string> | undefined => {
  const readings = known.get(object) ?? new Map<string, Result<unknown, string>>();
  known.set(object, readings);
  const name = `${reader.name} ${key}`;
  const reading = (readings.get(name) ?? read(reader, text, namespace)) as Result<T, string> | undefined;
  if (reading) readings.set(name, reading);
  return reading;
};
