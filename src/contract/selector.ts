import type { JsonObject } from './kube.ts';
import { objectAt, stringAt } from './observed.ts';

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

/** Objects of the cluster, as far as Crossplane has fetched them. */
export interface World {
  /** The objects that the selector matches: undefined until they have been fetched, empty if none exists. */
  find: (selector: Selector) => readonly JsonObject[] | undefined;
}
