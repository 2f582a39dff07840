/**
 * One reconcile of a composite resource as Crossplane 2.4 runs it, without a cluster: the cluster is a list of objects,
 * the desired objects are applied to the list, and the next reconcile observes them.
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  Condition,
  Resource,
  ResourceSelector,
  Resources,
  RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import type { Json, JsonObject } from '../contract/kube.ts';
import { type Find, indexObjects, layered } from './find.ts';
import { type KubeObject, settledStatus, stored } from './server-fields.ts';

/** The part of the cluster that concerns one composite resource. */
export interface World {
  /** The composite resource, as the API server returns it. */
  composite: KubeObject;
  /** All other objects that a requirement may find. */
  objects: readonly KubeObject[];
  /** The composed objects by composition resource name. */
  observed: Readonly<Record<string, KubeObject>>;
  /** The requirements of the last reconcile; the first call of the next one starts with them. */
  required: Readonly<Record<string, ResourceSelector>>;
  /** The status that the function returned last, without conditions. */
  returnedStatus?: JsonObject;
  /** The function's Input. */
  input?: JsonObject | undefined;
}

/** The function: a call over the wire, or the handler itself. */
export type RunFunction = (request: RunFunctionRequest) => RunFunctionResponse | Promise<RunFunctionResponse>;

/** The result of one reconcile. */
export interface Reconciled {
  /** The last request and its response. */
  request: RunFunctionRequest;
  response: RunFunctionResponse;
  /** Number of calls of the function. */
  calls: number;
  /** The cluster afterwards; unchanged if the result was fatal. */
  world: World;
}

const MOST_CALLS = 6;
const SEVERITY_FATAL = 1;
const READY_TRUE = 1;
const CAPABILITIES = [1, 2, 3, 4, 5];
const STATUS = ['Unknown', 'Unknown', 'True', 'False'];

const asResource = (object: KubeObject): Resource => ({ resource: object, connectionDetails: {}, ready: 0 });

/** The objects that Crossplane returns for a requirement. */
export function resolve(selector: ResourceSelector, objects: readonly KubeObject[]): Resources {
  return { items: indexObjects(objects)(selector).map(asResource) };
}

/** The objects of a response, by composed resource name. */
export const objectsOf = ({ desired }: RunFunctionResponse): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.entries(desired?.resources ?? {}).map(([name, { resource }]) => [name, resource as JsonObject]),
  );

/** One index for each list of objects, because many reconciles use the same list. */
const indexes = new WeakMap<readonly KubeObject[], Find<KubeObject>>();

function findIn({ objects, observed }: World): Find<KubeObject> {
  const index = indexes.get(objects) ?? indexObjects(objects);
  indexes.set(objects, index);
  return layered(index, indexObjects(Object.values(observed)));
}

function resolveAll(
  selectors: Readonly<Record<string, ResourceSelector>>,
  world: World,
): Record<string, Resources> {
  const find = findIn(world);
  return Object.fromEntries(
    Object.entries(selectors).map(([name, selector]) => [name, { items: find(selector).map(asResource) }]),
  );
}

function isFatal(response: RunFunctionResponse): boolean {
  return response.results.some(({ severity }) => severity === SEVERITY_FATAL);
}

/** Applies a desired object over the observed one, in the state after all controllers have finished. */
function applied(name: string, desired: Resource, world: World): KubeObject {
  const before = world.observed[name];
  const { composite } = world;
  const object = desired.resource as KubeObject;
  const metadata: KubeObject['metadata'] = {
    ...object.metadata,
    labels: {
      ...(object.metadata['labels'] as JsonObject),
      'crossplane.io/composite': composite.metadata.name,
    },
    annotations: {
      ...(object.metadata['annotations'] as JsonObject),
      'crossplane.io/composition-resource-name': name,
    },
    ownerReferences: [
      {
        apiVersion: composite.apiVersion,
        kind: composite.kind,
        name: composite.metadata.name,
        uid: composite.metadata['uid'] ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  };
  const namespace = composite.metadata.namespace ?? metadata.namespace;
  if (namespace !== undefined) metadata.namespace = namespace;
  const generation = Number(before?.metadata['generation'] ?? 1);
  const resourceVersion = Number(before?.metadata['resourceVersion'] ?? 48_213);
  const at = (by: number): KubeObject =>
    stored(settledStatus({ ...object, metadata }, generation + by), undefined, {
      generation: generation + by,
      resourceVersion: resourceVersion + by,
    });
  const same = at(0);
  return before === undefined || isDeepStrictEqual(before, same) ? same : at(1);
}

function conditionsAfter(response: RunFunctionResponse, composite: KubeObject): Json[] {
  const ready =
    response.desired?.composite?.ready === READY_TRUE ||
    Object.values(response.desired?.resources ?? {}).every((resource) => resource.ready === READY_TRUE);
  const wanted: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] = [
    { type: 'Synced', status: 2, reason: 'ReconcileSuccess' },
    { type: 'Ready', status: ready ? 2 : 3, reason: ready ? 'Available' : 'Creating' },
    { type: 'Responsive', status: 2, reason: 'WatchCircuitClosed' },
    ...response.conditions,
  ];
  return wanted.map(({ type, status, reason, message }) => ({
    type,
    status: STATUS[status] ?? 'Unknown',
    reason,
    ...(message === undefined ? {} : { message }),
    observedGeneration: composite.metadata['generation'] ?? 1,
    lastTransitionTime: '2026-03-02T09:15:31Z',
  }));
}

function after(world: World, response: RunFunctionResponse): World {
  const { composite } = world;
  const desired = response.desired?.resources ?? {};
  const { conditions: _, ...returned } = (response.desired?.composite?.resource?.['status'] ??
    {}) as JsonObject;
  const others = Object.entries((composite['status'] ?? {}) as JsonObject).filter(
    ([field]) => !(field in (world.returnedStatus ?? {})),
  );
  return {
    ...world,
    observed: Object.fromEntries(
      Object.entries(desired).map(([name, resource]) => [name, applied(name, resource, world)]),
    ),
    composite: {
      ...composite,
      status: {
        ...Object.fromEntries(others),
        ...returned,
        conditions: conditionsAfter(response, composite),
      },
    },
    required: response.requirements?.resources ?? {},
    returnedStatus: returned,
  };
}

/** Calls the function until its requirements are stable, then applies the desired objects. Throws if they do not become stable. */
export async function reconcile(run: RunFunction, world: World): Promise<Reconciled> {
  const seeded = resolveAll(world.required, world);
  let request: RunFunctionRequest = {
    meta: { tag: '', capabilities: CAPABILITIES },
    observed: {
      composite: asResource(world.composite),
      resources: Object.fromEntries(
        Object.entries(world.observed).map(([name, object]) => [name, asResource(object)]),
      ),
    },
    desired: { composite: undefined, resources: {} },
    input: world.input,
    context: undefined,
    extraResources: {},
    credentials: {},
    requiredResources: seeded,
    requiredSchemas: {},
  };
  let before: unknown;
  for (let calls = 1; calls <= MOST_CALLS; calls++) {
    const response = await run(request);
    if (isFatal(response)) return { request, response, calls, world };
    const required = response.requirements?.resources ?? {};
    const next = { ...seeded, ...resolveAll(required, world) };
    const seen = calls === 1 && isDeepStrictEqual(next, request.requiredResources);
    if (seen || isDeepStrictEqual(required, before)) {
      return { request, response, calls, world: after(world, response) };
    }
    before = required;
    request = { ...request, requiredResources: next, context: response.context };
  }
  throw new Error(`requirements did not stabilise within ${MOST_CALLS} calls`);
}

/** Reconciles until nothing changes, and returns the last reconcile. Throws if there are changes after `atMost` reconciles. */
export async function settle(run: RunFunction, world: World, atMost = 10): Promise<Reconciled> {
  let current = world;
  for (let round = 0; round < atMost; round++) {
    const reconciled = await reconcile(run, current);
    if (isDeepStrictEqual(reconciled.world, current)) return reconciled;
    current = reconciled.world;
  }
  throw new Error(`still changing after ${atMost} reconciles`);
}
