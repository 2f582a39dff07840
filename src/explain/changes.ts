import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../contract/kube.ts';
import { labelKeys, managedBy } from '../contract/names.ts';
import { objectAt, stringAt } from '../contract/observed.ts';
import { masked, project } from './project.ts';

/** The change of one object. */
export interface Change {
  /** Name of the composed resource. */
  key: string;
  change: 'new' | 'changed' | 'unchanged' | 'taken over' | 'removed';
  kind: string;
  name: string;
  /** The rendered object, with the values of Secrets masked; absent if it is removed. */
  object?: JsonObject;
  /** Unified diff of its YAML, if it is changed. */
  diff?: string;
  /** Whether its pods are replaced. */
  rollsPods?: true;
}

/** Compares the rendered objects with the observed ones. `standing` finds an existing object of the same name. */
export const changesOf = (
  rendered: Readonly<Record<string, JsonObject>>,
  observed: Readonly<Record<string, JsonObject>>,
  standing: (object: JsonObject) => JsonObject | undefined,
): Change[] => [
  ...Object.entries(rendered).map(([key, object]) =>
    changeOf(key, object, observed[key] ?? standing(object)),
  ),
  ...Object.entries(observed)
    .filter(([key]) => !Object.hasOwn(rendered, key))
    .map(([key, object]): Change => ({ key, change: 'removed', ...nameOf(object) })),
];

const changeOf = (key: string, object: JsonObject, existing: JsonObject | undefined): Change => {
  const base = { key, ...nameOf(object), object: masked(object) };
  if (!existing) return { ...base, change: 'new' };
  // An object that is not managed by function-mcp may contain secrets, so none of its content is shown.
  if (stringAt(existing, 'metadata', 'labels', labelKeys.managedBy) !== managedBy)
    return { ...base, change: 'taken over' };
  const before = project(existing, object);
  const diff = unified(
    yamlOf(readable(masked(before, object))),
    yamlOf(readable(base.object)),
    `${base.kind}/${base.name}`,
  );
  if (diff === undefined) return { ...base, change: 'unchanged' };
  const template = (of: JsonObject): string => yamlOf(objectAt(of, 'spec', 'template'));
  const rolls = base.kind === 'Deployment' && template(before) !== template(object);
  return { ...base, change: 'changed', diff, ...(rolls && { rollsPods: true }) };
};

const nameOf = (object: JsonObject): { kind: string; name: string } => ({
  kind: stringAt(object, 'kind') ?? '',
  name: stringAt(object, 'metadata', 'name') ?? '',
});

const yamlOf = (object: JsonObject): string =>
  stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });

/** Splits JSON in data into one line per field. */
const readable = (object: JsonObject): JsonObject => {
  const data = Object.entries(objectAt(object, 'data'));
  if (data.length === 0) return object;
  return { ...object, data: Object.fromEntries(data.map(([key, value]) => [key, spread(value)])) };
};

const spread = (value: Json): Json => {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
};

/** Undefined if there is no difference. */
const unified = (before: string, after: string, name: string): string | undefined => {
  const { hunks } = structuredPatch(name, name, before, after, '', '', { context: 3 });
  if (hunks.length === 0) return undefined;
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines.filter((line) => !line.startsWith('\\')),
  ]);
  return [`--- observed/${name}`, `+++ rendered/${name}`, ...lines].join('\n');
};
