import type { JsonObject } from './kube.ts';
import { objectAt, stringAt } from './observed.ts';

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

/** Objects of the cluster, as far as Crossplane has fetched them. */
export interface World {
  /** What the selector asks for: undefined while it has not been fetched, empty where there is none. */
  find: (selector: Selector) => readonly JsonObject[] | undefined;
}
