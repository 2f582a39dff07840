import { firstOf, isObject, type JsonObject } from './json.ts';
import type { Reading } from './reading.ts';

/** How deep `allOf` may be nested. */
const maxDepth = 4;
/** Most parts of an `allOf` that are looked at. */
const maxParts = 100;
/** Most fields of an object that become parameters of their own; the merged schema has one more where it has more. */
export const maxFields = 40;
/** Most fields that a schema may require. */
export const maxRequired = 1000;

/** What is read of a schema. */
const keywords = [
  'type',
  'format',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'items',
  'additionalProperties',
  'oneOf',
  'anyOf',
  'description',
  'readOnly',
] as const;

/** What is read of a schema, and of all that its `allOf` adds; its own keywords win. */
export const mergeAll = (schema: JsonObject, reading: Reading, depth = 0): JsonObject =>
  reading.once(`merged at ${depth}`, schema, () => merged(schema, reading, depth));

const merged = (schema: JsonObject, reading: Reading, depth: number): JsonObject => {
  const parts = depth > maxDepth ? [] : firstOf(schema['allOf'], maxParts);
  const all = parts.flatMap((part) => {
    const resolved = reading.resolve(part);
    return resolved.ok ? [mergeAll(resolved.value, reading, depth + 1)] : [];
  });
  const result: JsonObject = {};
  const properties = new Map<string, unknown>();
  const required = new Set<unknown>();
  for (const part of [...all, schema]) {
    for (const keyword of keywords) if (Object.hasOwn(part, keyword)) result[keyword] = part[keyword];
    const fields = reading.members(part['properties']).slice(0, maxFields + 1);
    const names = firstOf(part['required'], maxRequired);
    reading.spend(fields.length + names.length);
    for (const [name, field] of fields) properties.set(name, field);
    for (const name of names) if (required.size < maxRequired) required.add(name);
    if (isObject(part['properties'])) result['properties'] = {};
  }
  if (properties.size > 0) result['properties'] = Object.fromEntries(properties);
  if (required.size > 0) result['required'] = [...required];
  return result;
};
