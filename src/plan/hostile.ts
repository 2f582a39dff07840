import type { JsonObject } from '../contract/kube.ts';
import { hostileMarks } from '../schema/fields.ts';

/** Longest string that is parsed at all: expressions of a schema run out of stack on millions of characters. */
export const maxString = 64 * 1024;

/** The path of the first string in a spec that is longer than {@link maxString}. */
export const overlongPath = (spec: unknown): string | undefined =>
  pathOf(spec, (text) => text.length > maxString);

/**
 * The path of the first string in a parsed spec that holds an interpolation mark, keys included.
 * The schema says the same of each field; this holds for the fields that somebody forgets.
 */
export const hostilePath = (spec: unknown): string | undefined =>
  pathOf(spec, (text) => hostileMarks.some((mark) => text.includes(mark)));

type Test = (text: string) => boolean;

/** Whether a test holds for a string in a value, keys included. */
const holdsIn = (value: unknown, holds: Test): boolean => {
  if (typeof value === 'string') return holds(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((child) => holdsIn(child, holds));
  return Object.keys(value).some((key) => holds(key) || holdsIn((value as JsonObject)[key], holds));
};

/** Where that string is; a key stands for the object that it is in. Paths are made only where there is one. */
const pathOf = (value: unknown, holds: Test, path = 'spec'): string | undefined => {
  if (!holdsIn(value, holds)) return undefined;
  if (typeof value !== 'object' || value === null) return path;
  const [key, child] = Object.entries(value).find(([, it]) => holdsIn(it, holds)) ?? [];
  if (key === undefined) return path;
  return pathOf(child, holds, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
};
