import type { Flavour } from '../contract/flavour.ts';
import type { JsonObject } from '../contract/kube.ts';
import { objectAt, stringAt, stringsAt } from '../contract/observed.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { xrKind } from '../plan/subject.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { type Find, indexObjects } from '../simulate/find.ts';
import type { Loaded } from './yaml.ts';

/** What the given files amount to: a cluster, the Instances to explain, and what to say about the files. */
export interface World {
  objects: JsonObject[];
  find: Find<JsonObject>;
  instances: JsonObject[];
  /** The function's Input. */
  input: JsonObject | undefined;
  notes: string[];
}

/** Files of the tenant or the platform, and what exists. */
export interface Given {
  files: readonly Loaded[];
  observed: readonly Loaded[];
  /** Of objects that name none. */
  namespace: string;
  types: readonly AnyServerType[];
}

/** Kinds that belong to a namespace, beside those of the server types. */
const namespaced = new Set(
  'ConfigMap Secret Service ServiceAccount PersistentVolumeClaim Deployment NetworkPolicy PodDisruptionBudget ExternalSecret Role RoleBinding'.split(
    ' ',
  ),
);
const clusterScoped = new Set(['EnvironmentConfig', 'ClusterRole', 'ClusterRoleBinding']);

/** Lays out the cluster. A file's object stands for the observed one of its name, whose status it keeps. */
export const buildWorld = ({ files, observed, namespace, types }: Given): Result<World, string[]> => {
  const unknown = files.flatMap((entry) => unknownKind(entry, types) ?? []);
  if (unknown.length > 0) return fail(unknown);

  const objects = new Map<string, { object: JsonObject; at: string; ours: boolean }>();
  const ignored = new Map<string, number>();
  const notes: string[] = [];
  let input: JsonObject | undefined;
  for (const [entries, ours] of [
    [observed, false],
    [files, true],
  ] as const) {
    for (const { object: raw, at } of entries) {
      const kind = kindOf(raw);
      if (kind === 'Input') {
        input = raw;
        continue;
      }
      const place = placeOf(raw, types);
      if (!place) {
        ignored.set(kind, (ignored.get(kind) ?? 0) + 1);
        continue;
      }
      const object = withPlainData(place === 'namespace' ? inNamespace(raw, namespace) : raw);
      const key = identity(object);
      const before = objects.get(key);
      if (before?.ours === ours)
        notes.push(`${describe(object)} is given twice: ${at} counts, not ${before.at}.`);
      objects.set(key, { object: before ? applied(object, before.object) : object, at, ours });
    }
  }
  if (ignored.size > 0) {
    const kinds = [...ignored].map(([kind, count]) => (count > 1 ? `${count} ${kind}` : kind));
    notes.push(`Not looked at: ${kinds.sort().join(', ')}.`);
  }
  const all = [...objects.values()];
  const instances = all.filter(({ object }) => isInstance(object, types));
  const given = instances.filter(({ ours }) => ours);
  const cluster = all.map(({ object }) => object);
  return ok({
    objects: cluster,
    find: indexObjects(cluster),
    instances: (given.length > 0 ? given : instances).map(({ object }) => object),
    input,
    notes,
  });
};

/** `apiVersion/kind/namespace/name`. */
const identity = (object: unknown): string =>
  [
    stringAt(object, 'apiVersion'),
    stringAt(object, 'kind'),
    stringAt(object, 'metadata', 'namespace') ?? '',
    stringAt(object, 'metadata', 'name'),
  ].join('/');

const kindOf = (object: JsonObject): string => stringAt(object, 'kind') ?? '';

const describe = (object: JsonObject): string =>
  `${kindOf(object)} "${stringAt(object, 'metadata', 'name')}"`;

const flavours: readonly Flavour[] = ['claims', 'namespaced'];

const typeOf = (object: JsonObject, types: readonly AnyServerType[]): AnyServerType | undefined =>
  types.find(({ group, version }) => `${group}/${version}` === object['apiVersion']);

const isInstance = (object: JsonObject, types: readonly AnyServerType[]): boolean =>
  flavours.some((flavour) => {
    const type = typeOf(object, types);
    return type !== undefined && xrKind(type.instance.kind, flavour) === object['kind'];
  });

/** Whether an object is one to look at, and where it lives. */
const placeOf = (
  object: JsonObject,
  types: readonly AnyServerType[],
): 'namespace' | 'cluster' | undefined => {
  const kind = kindOf(object);
  const type = typeOf(object, types);
  if (type) return [type.resource.kind, type.instance.kind].includes(kind) ? 'namespace' : 'cluster';
  if (namespaced.has(kind)) return 'namespace';
  return clusterScoped.has(kind) ? 'cluster' : undefined;
};

/** A kind that the API server would refuse, in a group of ours. */
const unknownKind = ({ object, at }: Loaded, types: readonly AnyServerType[]): string | undefined => {
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const type = types.find(({ group }) => apiVersion.startsWith(`${group}/`));
  if (!type) return undefined;
  const kinds = [type.resource.kind, type.instance.kind];
  const known = flavours.flatMap((flavour) => kinds.map((kind) => xrKind(kind, flavour)));
  if (typeOf(object, types) && known.includes(kindOf(object))) return undefined;
  return `${at}: there is no ${kindOf(object)} in ${apiVersion}: ${type.group}/${type.version} has ${kinds.join(' and ')}`;
};

const inNamespace = (object: JsonObject, namespace: string): JsonObject => ({
  ...object,
  metadata: { namespace, ...objectAt(object, 'metadata') },
});

/** As the API server stores a Secret: `stringData` becomes `data`. */
const withPlainData = (object: JsonObject): JsonObject => {
  if (object['kind'] !== 'Secret') return object;
  const { stringData: _, ...rest } = object;
  const plain = Object.entries(stringsAt(object, 'stringData')).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return { ...rest, data: { ...objectAt(object, 'data'), ...Object.fromEntries(plain) } };
};

/** What `kubectl apply` makes of an object that exists: its uid, age and status stay. */
const applied = (object: JsonObject, before: JsonObject): JsonObject => {
  const { uid, creationTimestamp, generation } = objectAt(before, 'metadata');
  const kept = Object.entries({ uid, creationTimestamp, generation }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...object,
    metadata: { ...(Object.fromEntries(kept) as JsonObject), ...objectAt(object, 'metadata') },
    ...(before['status'] !== undefined && object['status'] === undefined && { status: before['status'] }),
  };
};
