import { firstOf, isObject, type JsonObject, words } from './json.ts';
import { mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { isLong, maxText, maxValues, valuesOf } from './scalars.ts';
import { choicesOf, isNull } from './schema.ts';

/** Maximum length of the form of a value, by its depth. Values below are named by their type. */
const longest = [2000, 500, 200, 80] as const;
/** Maximum length of the description of a field. */
const maxAbout = 100;
/** Maximum number of fields and choices of a form. */
const maxParts = 60;
/** Maximum number of values of an `enum` in a form. */
const maxShown = 20;

/** The description of a value, and what its schema accepts, for the models that use it. */
export const describeValue = (
  name: string,
  about: unknown,
  schema: unknown,
  reading: Reading,
): string | undefined => {
  const resolved = reading.resolve(schema ?? {});
  const merged = resolved.ok ? mergeAll(resolved.value, reading) : {};
  const what = words(about, 500) ?? words(merged['description'], 500);
  const details = resolved.ok ? detailsOf(merged, reading) : undefined;
  return reading.say(details === undefined ? what : `${what ?? words(name, 64) ?? 'A value'} (${details})`);
};

/** What clients do not see in the type of an argument. Undefined if that is nothing. */
const detailsOf = (merged: JsonObject, reading: Reading): string | undefined => {
  const form = formOf(merged, reading, 1);
  const isPlain = /^\(?(string|integer|number|boolean|any|object)\)?(\[\])?( \| null)?$/.test(form);
  const details = [...(isPlain || isBare(merged) ? [] : [form]), ...factsOf(merged, !isLong(merged))];
  return details.length > 0 ? details.join('; ') : undefined;
};

/** Whether the type and the checks of an argument say everything that the form says. */
const isBare = (merged: JsonObject): boolean =>
  merged['items'] === undefined &&
  merged['properties'] === undefined &&
  merged['oneOf'] === undefined &&
  merged['anyOf'] === undefined &&
  merged['type'] !== 'object' &&
  isChecked(valuesOf(merged)) &&
  merged['format'] === undefined;

/** Whether the values of a string are among the checks of an argument. */
const isChecked = (values: readonly unknown[]): boolean =>
  values.length <= maxValues && values.every((value) => typeof value !== 'string' || value.length <= maxText);

/** What a value must look like, in the notation of TypeScript: `{name: string, tags?: (string)[]}`. */
export const formOf = (merged: JsonObject, reading: Reading, depth = 0): string =>
  reading.once(`form at ${depth}`, merged, () => written(merged, reading, depth));

const written = (merged: JsonObject, reading: Reading, depth: number): string => {
  const max = longest[depth];
  const { type } = merged;
  const types = (Array.isArray(type) ? firstOf(type, 8) : [type]).filter((kind) => typeof kind === 'string');
  const nullable = merged['nullable'] === true && !types.includes('null') ? ' | null' : '';
  const name = types.length > 0 ? types.join(' | ').slice(0, 60) : shapeOf(merged);
  if (max === undefined) return `${name}${nullable}`;
  const cut = (text: string) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
  const values = valuesOf(merged);
  if (values.length > 0) return cut(`${valuesText(values)}${nullable}`);
  if (isObject(merged['properties'])) return cut(`${objectText(merged, reading, depth, max)}${nullable}`);
  const choices = [...firstOf(merged['oneOf'], maxParts), ...firstOf(merged['anyOf'], maxParts)];
  if (choices.length > 0) {
    const parts = choices.map((choice) => formBelow(choice, reading, depth));
    return cut(`${[...new Set(parts)].join(' | ')}${nullable}`);
  }
  if (merged['items'] !== undefined)
    return cut(`(${formBelow(merged['items'], reading, depth)})[]${nullable}`);
  if (isObject(merged['additionalProperties']))
    return cut(`{[key]: ${formBelow(merged['additionalProperties'], reading, depth)}}${nullable}`);
  const format = words(merged['format'], 40);
  return `${name}${format === undefined ? '' : ` <${format}>`}${nullable}`;
};

const shapeOf = (merged: JsonObject): string => {
  if (isObject(merged['properties'])) return 'object';
  return merged['items'] === undefined ? 'any' : 'array';
};

const formBelow = (schema: unknown, reading: Reading, depth: number): string => {
  const resolved = reading.resolve(schema);
  if (resolved.ok && isNull(resolved.value)) return 'null';
  return resolved.ok ? formOf(mergeAll(resolved.value, reading), reading, depth + 1) : 'any';
};

const objectText = (merged: JsonObject, reading: Reading, depth: number, max: number): string => {
  const required = new Set(firstOf(merged['required'], 1000));
  const parts: string[] = [];
  let length = 0;
  for (const [name, property] of reading.members(merged['properties']).slice(0, maxParts)) {
    const resolved = reading.resolve(property);
    const field = resolved.ok ? mergeAll(resolved.value, reading) : {};
    if (field['readOnly'] === true) continue;
    const about = depth === 0 ? words(field['description'], maxAbout) : undefined;
    const facts = [...(about === undefined ? [] : [about]), ...factsOf(field, false)].join('; ');
    const form = formOf(field, reading, depth + 1);
    const part = `${words(name, 64) ?? '?'}${required.has(name) ? '' : '?'}: ${form}${facts === '' ? '' : ` (${facts})`}`;
    if (length + part.length > max - 8) {
      parts.push('…');
      break;
    }
    length += part.length + 2;
    parts.push(part);
  }
  return `{${parts.join(', ')}}`;
};

const valuesText = (values: readonly unknown[]): string => {
  const shown = values
    .slice(0, maxShown)
    .map((value) => (isObject(value) || Array.isArray(value) ? 'object' : textOf(value)));
  return `${shown.join(' | ')}${values.length > maxShown ? ' | …' : ''}`;
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? `"${words(value, 60) ?? ''}"` : String(value).slice(0, 40);

/** The keywords that are said in words, and whether the checks of an argument say them too. */
const facts = [
  ['minimum', 'at least', true],
  ['maximum', 'at most', true],
  ['exclusiveMinimum', 'more than', false],
  ['exclusiveMaximum', 'less than', false],
  ['multipleOf', 'a multiple of', false],
  ['minLength', 'minimum length', false],
  ['maxLength', 'maximum length', false],
  ['minItems', 'minimum number of items', false],
  ['maxItems', 'maximum number of items', false],
] as const;

const factsOf = (merged: JsonObject, checked: boolean): string[] => {
  const found: string[] = facts.flatMap(([keyword, phrase, elsewhere]) => {
    const value = merged[keyword];
    return typeof value === 'number' && !(checked && elsewhere) ? [`${phrase} ${value}`] : [];
  });
  const { pattern, default: fallback } = merged;
  if (!checked && typeof pattern === 'string' && pattern.length <= 100)
    found.push(`must match ${words(pattern, 100) ?? ''}`);
  const isScalar = ['string', 'number', 'boolean'].includes(typeof fallback);
  if (isScalar && fallback !== '') found.push(`default: ${words(String(fallback), 60) ?? ''}`);
  return found;
};

/** Whether a schema accepts only objects, as far as it says. */
export const isObjects = (merged: JsonObject, reading: Reading): boolean => {
  const { type } = merged;
  if (type !== undefined) return type === 'object';
  const { all } = choicesOf(merged, reading);
  return all.every((choice) => {
    const inner = mergeAll(choice, reading);
    return inner['type'] === undefined
      ? inner['items'] === undefined &&
          valuesOf(inner).length === 0 &&
          inner['oneOf'] === undefined &&
          inner['anyOf'] === undefined
      : inner['type'] === 'object';
  });
};
