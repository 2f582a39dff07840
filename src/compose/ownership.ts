import type { JsonObject, RenderedMetadata, RenderedObject } from '../contract/kube.ts';
import { annotationKeys, labelKeys } from '../contract/names.ts';
import { listAt, stringAt, valueAt } from '../contract/observed.ts';
import type { Cluster, Selector } from '../contract/selector.ts';
import type { Subject } from '../plan/subject.ts';
import { some } from './conditions.ts';

/** An object that exists under the name of a composed object and must not be changed. */
export interface Foreign {
  reason: 'ForeignObject' | 'WaitingForCleanup';
  message: string;
}

/** The selector of an object that is about to be composed. */
const selectorOf = ({ apiVersion, kind, metadata }: RenderedObject): Selector => ({
  apiVersion,
  kind,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  name: metadata.name,
});

/** The objects that already exist under the names of a composite's objects. */
export interface Standing {
  /** The first object that must not be changed. */
  foreign?: Foreign;
  /**
   * Objects that may be adopted, by composed resource name: objects of an earlier composite, or released by a person.
   */
  takenOver: Readonly<Record<string, JsonObject>>;
}

/**
 * Finds objects that exist under the names of our objects and that this composite does not control yet. Crossplane
 * would adopt an object without a controller. Observed objects are checked too: Crossplane observes the objects in
 * `spec.crossplane.resourceRefs`, which a tenant can write in the namespaced flavour. It identifies the composed
 * resource by an annotation on the object, which a tenant can also write, and then gives our object the name of that
 * object. Returns undefined while an object has not been fetched.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/composite/composition_functions.go
 */
export const findForeign = (
  subject: Subject,
  objects: Readonly<Record<string, RenderedObject>>,
  observed: Readonly<Record<string, JsonObject>>,
  cluster: Cluster,
): Standing | undefined => {
  let pending = false;
  let foreign: Foreign | undefined;
  const takenOver: Record<string, JsonObject> = {};
  for (const [key, object] of Object.entries(objects)) {
    const seen = observed[key];
    if (seen && !isSameObject(seen, object)) {
      foreign ??= misplaced(seen, object, subject);
      continue;
    }
    if (seen && isControlled(seen, subject)) continue;
    const found = cluster.find(selectorOf(object));
    pending ||= found === undefined;
    const [existing] = found ?? [];
    if (!existing) continue;
    const problem = judge(existing, object, key, subject);
    if (problem) foreign ??= problem;
    else takenOver[key] = existing;
  }
  if (pending) return undefined;
  return { ...(foreign && { foreign }), takenOver };
};

/** Whether an observed object is the one that we would compose. The version of its API may differ. */
const isSameObject = (seen: JsonObject, { apiVersion, kind, metadata }: RenderedObject): boolean =>
  groupOf(stringAt(seen, 'apiVersion')) === groupOf(apiVersion) &&
  stringAt(seen, 'kind') === kind &&
  stringAt(seen, 'metadata', 'name') === metadata.name &&
  (stringAt(seen, 'metadata', 'namespace') ?? '') === (metadata.namespace ?? '');

const groupOf = (apiVersion = ''): string => apiVersion.split('/').slice(0, -1).join('/');

/** Whether the composite controls an object. A composite always has an ID, except when it is rendered from a file. */
const isControlled = (object: JsonObject, { uid }: Subject): boolean =>
  uid === '' || stringAt(controllerOf(object), 'uid') === uid;

const controllerOf = (object: JsonObject): unknown =>
  listAt(object, 'metadata', 'ownerReferences').find((owner) => valueAt(owner, 'controller') === true);

/** An object that claims to be one of the composed objects. Its name is shortened to fit into an error message. */
const misplaced = (seen: JsonObject, { kind, metadata }: RenderedObject, { flavour }: Subject): Foreign => {
  const name = (path: string[]) => (stringAt(seen, ...path) ?? '').slice(0, 253);
  const refs = flavour === 'claims' ? 'spec.resourceRefs' : 'spec.crossplane.resourceRefs';
  return {
    reason: 'ForeignObject',
    message: `${refs} names ${name(['kind'])} "${name(['metadata', 'name'])}" instead of ${kind} "${metadata.name}": remove that reference, or the annotation ${annotationKeys.composed} from the object.`,
  };
};

/**
 * An adopted object must have its composed resource name first. Crossplane refers to the object before it applies it.
 * If it stops in between, it can never continue with an object that lacks that name.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/composite/composition_functions.go
 */
const judge = (
  existing: JsonObject,
  rendered: RenderedObject,
  key: string,
  subject: Subject,
): Foreign | undefined => {
  const { kind, metadata } = rendered;
  const what = `${kind} "${metadata.name}" in namespace "${metadata.namespace ?? ''}"`;
  const own = subject.type[subject.role].kind;
  const controller = controllerOf(existing);
  if (controller !== undefined && stringAt(controller, 'uid') === subject.uid) return undefined;
  if (valueAt(existing, 'metadata', 'deletionTimestamp') !== undefined) {
    return {
      reason: 'WaitingForCleanup',
      message: `${what} is still being deleted. Reconciliation resumes automatically after it is gone.`,
    };
  }
  if (controller !== undefined) {
    return isPredecessor(controller, subject)
      ? {
          reason: 'WaitingForCleanup',
          message: `${what} belongs to an earlier ${own} of the same name. Reconciliation resumes automatically after the object is deleted.`,
        }
      : {
          reason: 'ForeignObject',
          message: `${what} is controlled by ${stringAt(controller, 'kind') ?? 'another owner'} "${stringAt(controller, 'name') ?? ''}": rename this ${own}, or delete the other owner without deleting the object.`,
        };
  }
  const consent = { [annotationKeys.adopt]: 'true', [annotationKeys.composed]: key };
  const given = ([name, value]: [string, string]) =>
    stringAt(existing, 'metadata', 'annotations', name) === value;
  if (Object.entries(consent).every(given)) {
    const kept = keptOf(existing, rendered);
    return kept.length === 0
      ? undefined
      : {
          reason: 'ForeignObject',
          message: `${what} cannot be adopted, because its pods would keep settings that function-mcp does not render: ${some(kept)}. Delete it with --cascade=orphan: its pods keep serving until the new ones are ready.`,
        };
  }
  if (isOrphanOfOurs(existing, metadata)) return undefined;
  return {
    reason: 'ForeignObject',
    message: `${what} already exists and is not managed by function-mcp: delete it, rename this ${own}, or annotate it with ${Object.entries(
      consent,
    )
      .map((each) => each.join('='))
      .join(' and ')} to let function-mcp adopt it.`,
  };
};

/**
 * Lists what would remain in the pods of an adopted Deployment. Server-side apply does not remove fields of other
 * managers, and merges these lists by name.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const keptOf = (existing: JsonObject, rendered: RenderedObject): string[] => {
  const parts = { containers: 'container', initContainers: 'container', volumes: 'volume' } as const;
  return Object.entries(parts).flatMap(([list, part]) => {
    const ours = new Map(
      listAt(rendered, 'spec', 'template', 'spec', list).map((item) => [stringAt(item, 'name'), item]),
    );
    return listAt(existing, 'spec', 'template', 'spec', list).flatMap((item) => {
      const name = stringAt(item, 'name') ?? '';
      const own = ours.get(name);
      if (own === undefined) return [`${part} "${name}"`];
      return ['command', 'envFrom', 'workingDir']
        .filter((field) => valueAt(item, field) !== undefined && valueAt(own, field) === undefined)
        .map((field) => `${field} of ${part} "${name}"`);
    });
  });
};

/** The Instance was deleted and created again, and the garbage collector has not run yet. */
const isPredecessor = (controller: unknown, { xr, name, flavour }: Subject): boolean =>
  stringAt(controller, 'apiVersion') === stringAt(xr, 'apiVersion') &&
  stringAt(controller, 'kind') === stringAt(xr, 'kind') &&
  (flavour === 'claims'
    ? generatedFrom(stringAt(controller, 'name') ?? '', name)
    : stringAt(controller, 'name') === name);

/** Crossplane names the XR of a claim after the claim, with a suffix of five random characters. */
const generatedFrom = (xrName: string, claim: string): boolean =>
  xrName.startsWith(`${claim}-`) && /^[a-z0-9]{5}$/.test(xrName.slice(claim.length + 1));

/** The object has our labels and no owner, as after `kubectl delete --cascade=orphan`. */
const isOrphanOfOurs = (existing: JsonObject, { labels = {} }: RenderedMetadata): boolean =>
  [labelKeys.managedBy, labelKeys.name, labelKeys.instance].every(
    (key) => stringAt(existing, 'metadata', 'labels', key) === labels[key],
  );
