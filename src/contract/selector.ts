import type { JsonObject } from './kube.ts';
import { objectAt, stringAt } from './observed.ts';
import { ok, type Result } from './result.ts';

/** Which objects are required from Crossplane: one by name, or those with the labels. */
export interface Selector {
  apiVersion: string;
  kind: string;
  /** Always set for namespaced kinds: without it Crossplane lists every namespace. */
  namespace?: string;
  name?: string;
  labels?: Readonly<Record<string, string>>;
}

/** The selector as text: the name of its requirement, so that an answer to another question cannot be mistaken for it. */
export const selectorKey = ({ apiVersion, kind, namespace, name, labels }: Selector): string => {
  const where = namespace === undefined ? '' : `${namespace}/`;
  if (name !== undefined) return `${apiVersion}/${kind}/${where}${name}`;
  const wanted = Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return `${apiVersion}/${kind}/${where}?${wanted.join('&')}`;
};

/** Whether an object is one that the selector asks for. */
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

/** Reads a text that a tenant wrote. Pure; what it gives must be cloneable between threads. */
export interface TextReader<T> {
  /** Names the reader, so that one text read by two readers is not mistaken. */
  name: string;
  read: (text: string) => T;
}

/**
 * Reads texts for a tenant and remembers the results by content. Undefined while a text has not been read; a failure
 * with the end of a sentence where reading it costs too much.
 */
export type ReadText = <T>(
  reader: TextReader<T>,
  text: string,
  tenant: string,
) => Result<T, string> | undefined;

/** Reads each text in place and remembers nothing: for callers that bound neither time nor memory. */
export const readInPlace: ReadText = ({ read }, text) => ok(read(text));

/** Objects of the cluster, as far as Crossplane has fetched them. */
export interface World {
  /** How large texts are read; {@link readInPlace} by default. */
  read?: ReadText;
  /** What the selector asks for: undefined while it has not been fetched, empty where there is none. */
  find: (selector: Selector) => readonly JsonObject[] | undefined;
}
