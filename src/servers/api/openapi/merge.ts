import { firstOf, isObject, type JsonObject } from './json.ts';
import type { Reading } from './reading.ts';

/** Maximum depth of nested `allOf`. */
const maxDepth = 4;
/** Maximum number of parts of an `allOf` that are read. */
const maxParts = 100;
/** Maximum number of fields that become separate parameters. The merged schema has one more if the object has more. */
export const maxFields = 64;
/** Maximum number of required fields. */
export const maxRequired = 1000;

/** The keywords that are read. */
const keywords = [
  'type',
  'format',
  'enum',
  'const',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'items',
  'additionalProperties',
  'patternProperties',
  'oneOf',
  'anyOf',
  'description',
  'default',
  'nullable',
  'readOnly',
] as const;

/** Merges a schema with the parts of its `allOf`. The keywords of the schema override those of the parts. */
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
