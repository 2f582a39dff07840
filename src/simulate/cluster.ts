import {
  Capability,
  type Resource,
  type ResourceSelector,
  type Resources,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import type { JsonObject } from '../contract/kube.ts';
import { numberAt, stringAt, valueAt } from '../contract/observed.ts';
import { type Context, runFunction } from '../function/run-function.ts';

/** Finds objects as Crossplane does for a requirement: no match gives none; neither name nor labels gives the whole kind. */
export type Find<T> = (selector: ResourceSelector) => T[];

/** Indexes objects for {@link Find}. Of two objects of one identity the last counts. */
export const indexObjects = <T extends object>(objects: Iterable<T>): Find<T> => {
  const kinds = new Map<string, Map<string, T>>();
  for (const object of objects) {
    const kind = `${stringAt(object, 'apiVersion')}/${stringAt(object, 'kind')}`;
    const name = `${stringAt(object, 'metadata', 'namespace') ?? ''}/${stringAt(object, 'metadata', 'name')}`;
    const ofKind = kinds.get(kind) ?? new Map<string, T>();
    kinds.set(kind, ofKind.set(name, object));
  }
  return ({ apiVersion, kind, namespace, matchName, matchLabels }) => {
    const ofKind = kinds.get(`${apiVersion}/${kind}`) ?? new Map<string, T>();
    if (matchName !== undefined) {
      const object = ofKind.get(`${namespace ?? ''}/${matchName}`);
      return object ? [object] : [];
    }
    const labels = Object.entries(matchLabels?.labels ?? {});
    return [...ofKind]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object)
      .filter(
        (object) =>
          (!namespace || stringAt(object, 'metadata', 'namespace') === namespace) &&
          labels.every(([key, value]) => stringAt(object, 'metadata', 'labels', key) === value),
      );
  };
};

/** What a run of the function starts from. */
export interface Start {
  composite: JsonObject;
  /** Composed objects that exist, by composed resource name. */
  observed: Readonly<Record<string, JsonObject>>;
  find: Find<JsonObject>;
  input: JsonObject | undefined;
}

/** Crossplane gives up after as many calls. */
const mostCalls = 6;

/** Runs the function as a reconcile does: again until nothing more is required. */
export const converge = (
  { composite, observed, find, input }: Start,
  context: Context,
): RunFunctionResponse => {
  const request: RunFunctionRequest = {
    meta: { tag: '', capabilities: [Capability.CAPABILITY_REQUIRED_RESOURCES] },
    observed: { composite: asResource(composite), resources: mapValues(observed, asResource) },
    desired: { composite: undefined, resources: {} },
    input,
    context: undefined,
    extraResources: {},
    credentials: {},
    requiredResources: {},
    requiredSchemas: {},
  };
  for (let calls = 0; calls < mostCalls; calls++) {
    const response = runFunction(request, context);
    const required = response.requirements?.resources ?? {};
    if (Object.keys(required).every((name) => Object.hasOwn(request.requiredResources, name)))
      return response;
    request.requiredResources = mapValues(
      required,
      (selector): Resources => ({ items: find(selector).map(asResource) }),
    );
  }
  throw new Error(`The requirements did not settle within ${mostCalls} calls`);
};

/** The objects of a response, by composed resource name. */
export const objectsOf = ({ desired }: RunFunctionResponse): Record<string, JsonObject> =>
  mapValues(desired?.resources ?? {}, ({ resource }) => resource as JsonObject);

/** Objects as a cluster would hold them once every pod runs. */
export const rolledOut = (objects: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> =>
  mapValues(objects, settle);

const settle = (object: JsonObject): JsonObject => {
  if (object['kind'] !== 'Deployment') return object;
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  const status = { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: replicas };
  return { ...object, metadata: { ...(valueAt(object, 'metadata') as JsonObject), generation: 1 }, status };
};

const asResource = (resource: JsonObject): Resource => ({ resource, connectionDetails: {}, ready: 0 });

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
