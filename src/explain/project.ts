import type { Json, JsonObject } from '../contract/kube.ts';
import { isObject, stringAt } from '../contract/observed.ts';

/** Replaces a value that only the observed object has. The value may be a secret, so it is not shown. */
const onlyObserved = '<only observed>';

/** Fields that the API server and controllers add to objects of the rendered kinds. */
const serverFields = new Set(
  `
  status creationTimestamp generation resourceVersion uid managedFields selfLink
  ownerReferences finalizers generateName clusterIP clusterIPs ipFamilies nodePort
  ipFamilyPolicy internalTrafficPolicy sessionAffinity dnsPolicy restartPolicy schedulerName
  serviceAccount terminationMessagePath terminationMessagePolicy protocol
  terminationGracePeriodSeconds revisionHistoryLimit progressDeadlineSeconds scheme
  successThreshold failureThreshold timeoutSeconds periodSeconds initialDelaySeconds
  defaultMode apiVersion divisor imagePullPolicy strategy rollingUpdate secrets
  securityContext resources apiGroup namespace type
`.split(/\s+/),
);

/** Keys by which the items of a list are the same, as server-side apply merges them. */
const itemKeys = ['name', 'mountPath', 'containerPort', 'key'] as const;

/**
 * The part of the observed object that can be compared with the rendered one, in the order of the rendered one. Fields
 * of the API server are left out, and labels and annotations of others. Other fields that only the observed object has
 * come from an earlier version of the function; they are kept as keys without values.
 */
export const project = (observed: JsonObject, rendered: JsonObject): JsonObject =>
  projectObject(observed, rendered, []);

const projectObject = (observed: JsonObject, rendered: JsonObject, path: readonly string[]): JsonObject => {
  const shared = Object.keys(rendered).filter((key) => Object.hasOwn(observed, key));
  const extra = Object.keys(observed).filter((key) => !Object.hasOwn(rendered, key) && isManaged(key, path));
  return Object.fromEntries([
    ...shared.map((key) => [key, projectValue(observed[key], rendered[key], [...path, key])]),
    ...extra.map((key) => [key, onlyObserved]),
  ]) as JsonObject;
};

const projectValue = (
  observed: Json | undefined,
  rendered: Json | undefined,
  path: readonly string[],
): Json => {
  if (isObject(observed)) return isObject(rendered) ? projectObject(observed, rendered, path) : onlyObserved;
  if (Array.isArray(observed))
    return Array.isArray(rendered) ? projectList(observed, rendered, path) : onlyObserved;
  return observed ?? null;
};

const projectList = (
  observed: readonly Json[],
  rendered: readonly Json[],
  path: readonly string[],
): Json[] => {
  const key = itemKeys.find(
    (name) => rendered.length > 0 && rendered.every((item) => nameOf(item, name) !== undefined),
  );
  if (key === undefined) {
    return observed.map((item, index) => (isObject(item) ? projectValue(item, rendered[index], path) : item));
  }
  const left = new Map(observed.map((item) => [nameOf(item, key), item]));
  const shared = rendered.flatMap((item) => {
    const match = left.get(nameOf(item, key));
    left.delete(nameOf(item, key));
    return match === undefined ? [] : [projectValue(match, item, path)];
  });
  return [...shared, ...[...left.keys()].map((name) => `${onlyObserved} ${name ?? ''}`.trim())];
};

const nameOf = (item: Json, key: string): string | undefined => {
  const value = isObject(item) ? item[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

/** The labels and annotations of the object are shared with other writers; in templates, only those of Kubernetes are. */
const isManaged = (key: string, path: readonly string[]): boolean => {
  const parent = path.at(-1);
  if (parent === 'labels' || parent === 'annotations') {
    return path.length > 2 && !/^([^/]*\.)?(kubernetes|k8s|crossplane)\.io\//.test(key);
  }
  return parent === 'data' || !serverFields.has(key);
};

/** A Secret with the length of each value instead of the value. Two different values of the same length are marked. */
export const masked = (object: JsonObject, other?: JsonObject): JsonObject => {
  if (object['kind'] !== 'Secret' || !isObject(object['data'])) return object;
  const data = Object.entries(object['data']).map(([key, value]): [string, Json] => {
    const mask = maskOf(value);
    const counterpart = other === undefined ? value : stringAt(other, 'data', key);
    const differs = counterpart !== undefined && counterpart !== value && maskOf(counterpart) === mask;
    return [key, differs ? mask.replace('>', ', changed value>') : mask];
  });
  return { ...object, data: Object.fromEntries(data) };
};

const maskOf = (value: Json): string =>
  value === onlyObserved
    ? onlyObserved
    : `<masked, ${bytes(typeof value === 'string' ? Buffer.from(value, 'base64').length : 0)}>`;

const bytes = (count: number): string => `${count} ${count === 1 ? 'byte' : 'bytes'}`;
