import { fail, ok, type Result } from '../../../contract/result.ts';
import type { ValueType } from '../operation.ts';
import { isPortable } from '../pattern.ts';
import { firstOf, isObject, type JsonObject, member, shortText } from './json.ts';
import { mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';

/** Maximum depth of nested arrays and of nested choices. */
const maxDepth = 4;
/** Maximum number of values of an `enum` that a tool checks, and of parts of a choice that are read. */
const maxValues = 100;
/** Maximum number of types in the list of a schema. */
const maxTypes = 16;

/** The first entries of a list: one more than is used, to detect that there are too many. */
const some = (value: unknown): readonly unknown[] => firstOf(value, maxValues + 1);

/**
 * The type of a value according to its schema, as far as a tool can express it. In text (a path, a query, a header), a
 * value of any type is a string. In JSON, a value must have one type. The error is a phrase: "may be of several types".
 * https://spec.openapis.org/oas/v3.1.1.html#schema-object
 */
export const typeOf = (
  schema: unknown,
  place: 'text' | 'json',
  reading: Reading,
  depth = 0,
): Result<ValueType, string> => {
  if (depth > maxDepth) return fail('is nested too deeply');
  if (schema === true || schema === undefined) return anything(place);
  const resolved = reading.resolve(schema);
  if (!resolved.ok) return resolved;
  return reading.once(`type in ${place} at ${depth}`, resolved.value, () =>
    typeOfMerged(mergeAll(resolved.value, reading), place, reading, depth),
  );
};

const typeOfMerged = (
  merged: JsonObject,
  place: 'text' | 'json',
  reading: Reading,
  depth: number,
): Result<ValueType, string> => {
  const choices = [...some(merged['oneOf']), ...some(merged['anyOf'])];
  const kinds = kindsOf(merged);
  if (kinds.length === 0 && choices.length > 0) return typeOfChoice(choices, place, reading, depth);
  if (kinds.length > 1) return several(place);
  switch (kinds[0]) {
    case undefined:
      return anything(place);
    case 'string':
      return member(merged, 'format') === 'binary' ? fail('is binary') : ok(stringType(merged));
    case 'integer':
    case 'number':
      return ok(numberType(kinds[0], merged));
    case 'boolean':
      return ok({ kind: 'boolean' });
    case 'array': {
      const items = typeOf(merged['items'], place, reading, depth + 1);
      return items.ok ? ok({ kind: 'array', items: items.value }) : items;
    }
    case 'object':
      return ok({ kind: 'map' });
    default:
      return fail('has an unknown type');
  }
};

const anything = (place: 'text' | 'json'): Result<ValueType, string> =>
  place === 'text' ? ok({ kind: 'string' }) : fail('may be anything');

const several = (place: 'text' | 'json'): Result<ValueType, string> =>
  place === 'text' ? ok({ kind: 'string' }) : fail('may be of several types');

const typeOfChoice = (
  choices: readonly unknown[],
  place: 'text' | 'json',
  reading: Reading,
  depth: number,
): Result<ValueType, string> => {
  const real = choices.filter((choice) => member(choice, 'type') !== 'null');
  const types: ValueType[] = [];
  for (const choice of real) {
    const type = typeOf(choice, place, reading, depth + 1);
    if (!type.ok) return type;
    types.push(type.value);
  }
  const [first, ...others] = types;
  if (!first) return anything(place);
  if (others.length === 0) return ok(first);
  // Several choices of one kind: the constraints of one do not apply to the others.
  if (others.every(({ kind }) => kind === first.kind) && first.kind !== 'array')
    return ok({ kind: first.kind });
  return types.some(({ kind }) => kind === 'array' || kind === 'map')
    ? fail('may be of several types')
    : several(place);
};

/** A placeholder for an invalid type. */
const noType = 'not a type';

/** The types of a schema without null. Callers leave out a value instead of null. */
const kindsOf = (schema: JsonObject): string[] => {
  const { type } = schema;
  const given = (type === undefined ? [] : Array.isArray(type) ? firstOf(type, maxTypes) : [type])
    .map((kind) => shortText(kind, 16) ?? noType)
    .filter((kind) => kind !== 'null');
  if (given.length > 0) return given;
  if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return ['object'];
  if (schema['items'] !== undefined) return ['array'];
  const values = some(schema['enum']).filter((value) => value !== null);
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return ['string'];
  return typeof schema['pattern'] === 'string' ? ['string'] : [];
};

const stringType = (schema: JsonObject): ValueType => {
  const values = some(schema['enum']).filter((value) => typeof value === 'string');
  const { pattern } = schema;
  if (values.length > 0 && values.length <= maxValues && values.every((value) => value.length <= 200))
    return { kind: 'string', values };
  // The API checks what cannot be checked here.
  return typeof pattern === 'string' && isPortable(pattern)
    ? { kind: 'string', pattern }
    : { kind: 'string' };
};

const numberType = (kind: 'integer' | 'number', schema: JsonObject): ValueType => {
  const values = some(schema['enum']).filter((value) => Number.isSafeInteger(value)) as number[];
  const { minimum, maximum } = schema;
  return {
    kind,
    ...(Number.isSafeInteger(minimum) && { minimum: minimum as number }),
    ...(Number.isSafeInteger(maximum) && { maximum: maximum as number }),
    ...(values.length > 0 && values.length <= maxValues && { values }),
  };
};
