import type { Flavour } from '../contract/flavour.ts';
import type { JsonObject } from '../contract/kube.ts';
import { objectAt, stringAt, stringsAt } from '../contract/observed.ts';
import { xrKind } from '../plan/subject.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { type Find, indexObjects } from '../simulate/find.ts';
import { scopeOfKind } from './known-kinds.ts';
import { type Problem, problemsOf } from './problems.ts';
import type { Loaded } from './yaml.ts';

/** The cluster that the given files describe, the Instances to explain, and everything to report about the files. */
export interface DescribedCluster {
  objects: JsonObject[];
  find: Find<JsonObject>;
  instances: JsonObject[];
  /** The function's Input. */
  input: JsonObject | undefined;
  /** Kinds that no group of the project has. Each is `file:line: sentence`. */
  errors: string[];
  /** Fields of the files that the API server refuses or drops. */
  problems: Problem[];
  notes: string[];
}

/** Files of the tenant or the platform, and the objects that exist. */
export interface Given {
  files: readonly Loaded[];
  observed: readonly Loaded[];
  /** The namespace of objects that do not name one. */
  namespace: string;
  types: readonly AnyServerType[];
}

/** Builds the cluster. An object of a file replaces the observed object of its name, and keeps its status. */
export const describeCluster = ({ files, observed, namespace, types }: Given): DescribedCluster => {
  const errors = files.flatMap((entry) => unknownKind(entry, types) ?? []);
  const known = files.filter((entry) => unknownKind(entry, types) === undefined);
  const objects = new Map<string, { object: JsonObject; at: string; ours: boolean }>();
  const ignored = new Map<string, number>();
  const notes: string[] = [];
  let input: JsonObject | undefined;
  for (const [entries, ours] of [
    [observed, false],
    [known, true],
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
        notes.push(`${describe(object)} is defined twice: ${at} is used, ${before.at} is ignored.`);
      objects.set(key, { object: before ? applied(object, before.object) : object, at, ours });
    }
  }
  if (ignored.size > 0) {
    const kinds = [...ignored].map(([kind, count]) => (count > 1 ? `${count} ${pluralOf(kind)}` : kind));
    notes.push(`Ignored: ${kinds.sort().join(', ')}.`);
  }
  const all = [...objects.values()];
  const instances = all.filter(({ object }) => isInstance(object, types));
  const given = instances.filter(({ ours }) => ours);
  const cluster = all.map(({ object }) => object);
  return {
    objects: cluster,
    find: indexObjects(cluster),
    instances: (given.length > 0 ? given : instances).map(({ object }) => object),
    input,
    errors,
    problems: known.flatMap((entry) => problemsOf(entry, types, namespace)),
    notes,
  };
};

/** `Pods`, `NetworkPolicies`, `Ingresses`. */
const pluralOf = (kind: string): string => {
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`;
  if (/(?:ss|x|ch|sh)$/.test(kind)) return `${kind}es`;
  return kind.endsWith('s') ? kind : `${kind}s`;
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

/** The scope of an object; undefined if it is ignored. */
const placeOf = (
  object: JsonObject,
  types: readonly AnyServerType[],
): 'namespace' | 'cluster' | undefined => {
  const kind = kindOf(object);
  const type = typeOf(object, types);
  if (type) return [type.resource.kind, type.instance.kind].includes(kind) ? 'namespace' : 'cluster';
  return scopeOfKind(kind);
};

/** The error about a kind that its group does not have, for the groups of the server types. */
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

/** The result of `kubectl apply` on an object that exists: its uid, age and status are kept. */
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
