import type { Json, JsonObject } from '../contract/kube.ts';
import { isObject, stringAt } from '../contract/observed.ts';

/** Stands for a value that only the observed object has: it may be anybody's, and need not be shown. */
export const onlyObserved = '<only observed>';

/** What the API server and controllers add to objects of the kinds that are rendered. */
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
 * The observed object as far as it can be compared with the rendered one, in its order: without what the API
 * server adds, and without what others add to labels and annotations. Other fields that only the observed
 * object has are ours from before; they stay as keys without their values.
 */
export const project = (observed: JsonObject, rendered: JsonObject): JsonObject =>
  projectObject(observed, rendered, []);

const projectObject = (observed: JsonObject, rendered: JsonObject, path: readonly string[]): JsonObject => {
  const shared = Object.keys(rendered).filter((key) => Object.hasOwn(observed, key));
  const extra = Object.keys(observed).filter((key) => !Object.hasOwn(rendered, key) && isOurs(key, path));
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

/** Labels and annotations of the object itself are shared with everybody; below it those of Kubernetes are. */
const isOurs = (key: string, path: readonly string[]): boolean => {
  const parent = path.at(-1);
  if (parent === 'labels' || parent === 'annotations') {
    return path.length > 2 && !/^([^/]*\.)?(kubernetes|k8s|crossplane)\.io\//.test(key);
  }
  return parent === 'data' || !serverFields.has(key);
};

/** A Secret with the length of each value in its place. Of two values of one length, the other one says so. */
export const masked = (object: JsonObject, other?: JsonObject): JsonObject => {
  if (object['kind'] !== 'Secret' || !isObject(object['data'])) return object;
  const data = Object.entries(object['data']).map(([key, value]): [string, Json] => {
    const mask = maskOf(value);
    const counterpart = other === undefined ? value : stringAt(other, 'data', key);
    const differs = counterpart !== undefined && counterpart !== value && maskOf(counterpart) === mask;
    return [key, differs ? mask.replace('>', ', another value>') : mask];
  });
  return { ...object, data: Object.fromEntries(data) };
};

const maskOf = (value: Json): string =>
  value === onlyObserved
    ? onlyObserved
    : `<masked, ${typeof value === 'string' ? Buffer.from(value, 'base64').length : 0} bytes>`;
