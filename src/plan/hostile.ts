import { isObject } from '../contract/observed.ts';
import { hostileMarks } from '../schema/fields.ts';

/** Maximum length of a string that is parsed. Patterns of a schema exhaust the stack on millions of characters. */
export const maxString = 64 * 1024;

/** Maximum depth of a spec. The deepest field of a schema is at a tenth of this depth. */
export const maxDepth = 100;

/** The path of the first string in a spec that is longer than {@link maxString}. */
export const overlongPath = (spec: unknown): string | undefined =>
  pathOf(spec, (text) => text.length > maxString);

/**
 * The path of the first string in a parsed spec that contains an interpolation mark. Keys are checked too. The schema
 * checks each field for the same marks; this check also covers fields that lack the rule.
 */
export const hostilePath = (spec: unknown): string | undefined =>
  pathOf(spec, (text) => hostileMarks.some((mark) => text.includes(mark)));

type Test = (text: string) => boolean;

/** A value in a spec, and its path. */
interface Place {
  value: unknown;
  step: string;
  parent: Place | undefined;
}

/**
 * Returns the path of the first string that passes a test, or of the object that contains such a key. Visits each value
 * once. Uses a list instead of recursion, because a spec may be nested to any depth.
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

/** Maximum number of steps in a reported path. */
const maxSteps = 40;

const pathTo = (place: Place): string => {
  const steps: string[] = [];
  let at: Place | undefined = place;
  for (; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse().slice(0, maxSteps).join('');
};

/** Whether a value is nested deeper than {@link maxDepth}. */
export const isTooDeep = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth > maxDepth || Object.values(value).some((child) => isTooDeep(child, depth + 1)));
