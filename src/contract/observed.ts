import type { Json, JsonObject } from './kube.ts';

/** Reads fields of objects that others wrote. A value that does not have the expected type reads as absent. */

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at a path of keys, or an empty one. */
export const objectAt = (object: unknown, ...path: string[]): JsonObject => {
  const value = valueAt(object, ...path);
  return isObject(value) ? value : {};
};

/** The value at a path of own keys, or undefined. */
export const valueAt = (object: unknown, ...path: string[]): Json | undefined => {
  let value = object as Json | undefined;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
};

/** The string at a path, or undefined. */
export const stringAt = (object: unknown, ...path: string[]): string | undefined => {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : undefined;
};

/** The finite number at a path, or undefined. */
export const numberAt = (object: unknown, ...path: string[]): number | undefined => {
  const value = valueAt(object, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

/** The list at a path, or an empty one. */
export const listAt = (object: unknown, ...path: string[]): Json[] => {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value : [];
};

/** The strings among the values of a map at a path. */
export const stringsAt = (object: unknown, ...path: string[]): Record<string, string> => {
  const strings: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(objectAt(object, ...path))) {
    if (typeof value === 'string') strings[key] = value;
  }
  return strings;
};

/** The status, reason and time of a condition in `status.conditions`, or undefined. */
export const conditionOf = (
  object: unknown,
  type: string,
): { status: string; reason: string; since: string } | undefined => {
  const condition = listAt(object, 'status', 'conditions').find((entry) => stringAt(entry, 'type') === type);
  if (!condition) return undefined;
  return {
    status: stringAt(condition, 'status') ?? 'Unknown',
    reason: stringAt(condition, 'reason') ?? '',
    since: stringAt(condition, 'lastTransitionTime') ?? '',
  };
};
