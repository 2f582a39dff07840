import type { JsonObject } from './kube.ts';
import { objectAt, stringAt } from './observed.ts';
import { ok, type Result } from './result.ts';

/** Which objects to require from Crossplane: one object by name, or all objects with the labels. */
export interface Selector {
  apiVersion: string;
  kind: string;
  /** Always set for namespaced kinds. Without it, Crossplane lists every namespace. */
  namespace?: string;
  name?: string;
  labels?: Readonly<Record<string, string>>;
}

/** The selector as text. It names the requirement, so that an answer cannot be confused with that of another selector. */
export const selectorKey = ({ apiVersion, kind, namespace, name, labels }: Selector): string => {
  const where = namespace === undefined ? '' : `${namespace}/`;
  if (name !== undefined) return `${apiVersion}/${kind}/${where}${name}`;
  const wanted = Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return `${apiVersion}/${kind}/${where}?${wanted.join('&')}`;
};

/** Whether the selector matches an object. */
export const matches = (object: JsonObject, selector: Selector): boolean => {
  if (stringAt(object, 'apiVersion') !== selector.apiVersion || stringAt(object, 'kind') !== selector.kind)
    return false;
  if (selector.namespace !== undefined && stringAt(object, 'metadata', 'namespace') !== selector.namespace)
    return false;
  if (selector.name !== undefined) return stringAt(object, 'metadata', 'name') === selector.name;
  const labels = objectAt(object, 'metadata', 'labels');
  return Object.entries(selector.labels ?? {}).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
};

/** Reads a text that a tenant wrote. Pure. The result must be cloneable between threads. */
export interface TextReader<T> {
  /** Identifies the reader, so that results of two readers for the same text are not confused. */
  name: string;
  read: (text: string) => T;
}

/**
 * Reads texts for a tenant and caches the results by content. Undefined until a text has been read. If reading costs too
 * much, the result is a failure with the end of a sentence. Callers that know the hash of the text pass it.
 */
export type ReadText = <T>(
  reader: TextReader<T>,
  text: string,
  tenant: string,
  hash?: string,
) => Result<T, string> | undefined;

/** Reads each text immediately, without a cache: for callers that limit neither time nor memory. */
export const readInPlace: ReadText = ({ read }, text) => ok(read(text));

/** Objects of the cluster, as far as Crossplane has fetched them. */
export interface Cluster {
  /** How to read large texts. Default: {@link readInPlace}. */
  read?: ReadText;
  /** The objects that the selector matches: undefined until they have been fetched, empty if none exists. */
  find: (selector: Selector) => readonly JsonObject[] | undefined;
}
