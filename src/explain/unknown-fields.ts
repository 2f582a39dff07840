import { isObject } from '../contract/observed.ts';
import type { StructuralSchema } from '../generate/structural.ts';

/** Keys and indexes from the root of an object to a value. */
export type Path = readonly (string | number)[];

/** A field that the schema of its object does not have. */
export interface UnknownField {
  path: Path;
  /** The field that is probably meant, as a path from the root of the object. */
  nearest?: string;
  /** The fields that are known beside it. */
  known: string[];
}

/** Every field of a value that its schema does not have. The API server drops such a field, or refuses the object. */
export const unknownFields = (value: unknown, schema: StructuralSchema): UnknownField[] => {
  const everywhere = new Map<string, string>();
  collect(schema, '', everywhere);
  return walk(value, schema, [], everywhere);
};

const walk = (
  value: unknown,
  schema: StructuralSchema,
  path: Path,
  everywhere: ReadonlyMap<string, string>,
): UnknownField[] => {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, index) => walk(item, items, [...path, index], everywhere)) : [];
  }
  if (!isObject(value)) return [];
  const { properties = {}, additionalProperties } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema.type !== 'object';
  return Object.entries(value).flatMap(([key, child]) => {
    const at = [...path, key];
    if (Object.hasOwn(properties, key)) return walk(child, properties[key] ?? {}, at, everywhere);
    if (additionalProperties) return walk(child, additionalProperties, at, everywhere);
    return open ? [] : [unknown(at, Object.keys(properties), everywhere)];
  });
};

const unknown = (path: Path, known: string[], everywhere: ReadonlyMap<string, string>): UnknownField => {
  const parent = pathText(path.slice(0, -1));
  const name = String(path.at(-1));
  const beside = new Map(known.map((each) => [parent === '' ? each : `${parent}.${each}`, each]));
  const close = nearest(name, beside);
  const far = nearest(name, everywhere);
  const misspelt = close && close.distance <= 2;
  const best = !misspelt && far && (!close || far.distance < close.distance) ? far : close;
  return { path, known, ...(best && { nearest: best.path }) };
};

/** Longest name that is compared with the known ones. */
const longest = 64;

/** The candidate, given as path and name, that is closest to a name; undefined if none is similar. */
const nearest = (
  name: string,
  candidates: ReadonlyMap<string, string>,
): { path: string; distance: number } | undefined => {
  if (name.length > longest) return undefined;
  const [best] = [...candidates]
    .map(([path, candidate]) => ({ path, candidate, distance: distanceOf(name, candidate) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.floor(Math.max(name.length, candidate.length) * 0.4) || isPart(name, candidate),
    )
    .sort((a, b) => a.distance - b.distance);
  return best;
};

/** Whether one name contains the other, such as `url` and `baseUrl`. */
const isPart = (a: string, b: string): boolean => {
  const [short = '', long = ''] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length);
  return short.length >= 3 && long.includes(short);
};

/** Edits that turn one name into the other, regardless of case. A swap of two neighbours is one edit. */
const distanceOf = (from: string, to: string): number => {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          (last?.[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last?.[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before?.[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return last?.[b.length] ?? 0;
};

/** Every field outside of lists and maps, by its path. */
const collect = (schema: StructuralSchema, path: string, into: Map<string, string>): void => {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? name : `${path}.${name}`;
    into.set(own, name);
    collect(property, own, into);
  }
};

/** `spec.tolerations[0].key`. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
