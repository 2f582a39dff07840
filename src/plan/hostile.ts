import { hostileMarks } from '../schema/fields.ts';

/**
 * The path of the first string in a parsed spec that holds an interpolation mark, keys included.
 * The schema says the same of each field; this holds for the fields that somebody forgets.
 */
export const hostilePath = (value: unknown, path = 'spec'): string | undefined => {
  if (typeof value === 'string') return isHostile(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (isHostile(key)) return path;
    const found = hostilePath(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
};

const isHostile = (text: string): boolean => hostileMarks.some((mark) => text.includes(mark));
