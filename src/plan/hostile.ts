import type { JsonObject } from '../contract/kube.ts';
import { isObject } from '../contract/observed.ts';
import { hostileMarks } from '../schema/fields.ts';

/** Longest string that is parsed at all: expressions of a schema run out of stack on millions of characters. */
export const maxString = 64 * 1024;

/** How deep a spec may be nested: the deepest field of a schema is at a tenth of this. */
export const maxDepth = 100;

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

/** A value in a spec, and how it is reached. */
interface Place {
  value: unknown;
  step: string;
  parent: Place | undefined;
}

/**
 * The path of the first string in a value for which a test holds; a key stands for the object that it is in. Each
 * value is looked at once, and a list takes the place of the stack, as a spec may be nested to any depth.
 */
const pathOf = (root: unknown, holds: Test): string | undefined => {
  const left: Place[] = [{ value: root, step: 'spec', parent: undefined }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { value } = place;
    if (typeof value === 'string' ? holds(value) : isObject(value) && Object.keys(value).some(holds))
      return pathTo(place);
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--)
        left.push({ value: value[index], step: `[${index}]`, parent: place });
    } else if (isObject(value)) {
      const keys = Object.keys(value);
      for (let index = keys.length - 1; index >= 0; index--) {
        const key = keys[index] ?? '';
        left.push({ value: value[key], step: `.${key}`, parent: place });
      }
    }
  }
  return undefined;
};

/** Longest path that is told. */
const maxSteps = 40;

const pathTo = (place: Place): string => {
  const steps: string[] = [];
  let at: Place | undefined = place;
  for (; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse().slice(0, maxSteps).join('');
};

/** Whether a value is nested deeper than {@link maxDepth}. */
export const isTooDeep = (value: unknown, depth = 0): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > maxDepth) return true;
  for (const key in value)
    if (Object.hasOwn(value, key) && isTooDeep((value as JsonObject)[key], depth + 1)) return true;
  return false;
};
