import { fail, ok, type Result } from '../../../contract/result.ts';
import type { ValueType } from '../operation.ts';
import { firstOf, isObject, type JsonObject, member, shortText } from './json.ts';
import { mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { integerType, isLong, numberType, stringType, valuesOf } from './scalars.ts';

/** Maximum depth of nested arrays and of nested choices. */
const maxDepth = 4;
/** Maximum number of parts of a choice that are read. */
const maxChoices = 100;
/** Maximum number of types in the list of a schema. */
const maxTypes = 16;

/** The type of a value, and whether null is accepted too. */
export interface Typed {
  type: ValueType;
  nullable: boolean;
}

type Place = 'text' | 'json';

/**
 * The type of a value according to its schema, as far as a tool can express it. In text (a path, a query, a header), a
 * value of any type is a string. In JSON, a value must have one type. The error is a phrase: "may be of several types".
 * https://spec.openapis.org/oas/v3.1.1.html#schema-object
 */
export const typeOf = (schema: unknown, place: Place, reading: Reading, depth = 0): Result<Typed, string> => {
  if (depth > maxDepth) return fail('is nested too deeply');
  if (schema === true || schema === undefined) return several(place, 'may be anything', false);
  const resolved = reading.resolve(schema);
  if (!resolved.ok) return resolved;
  return reading.once(`type in ${place} at ${depth}`, resolved.value, () =>
    typeOfMerged(mergeAll(resolved.value, reading), place, reading, depth),
  );
};

/** The schemas between which a value may choose, without null. */
export const choicesOf = (merged: JsonObject, reading: Reading): { all: JsonObject[]; nullable: boolean } => {
  const listed = [
    ...firstOf(merged['oneOf'], maxChoices + 1),
    ...firstOf(merged['anyOf'], maxChoices + 1),
  ].flatMap((choice) => {
    const resolved = reading.resolve(choice);
    return resolved.ok ? [resolved.value] : [];
  });
  const all = listed.filter((choice) => !isNull(choice));
  return { all, nullable: all.length < listed.length };
};

export const isNull = (schema: JsonObject): boolean => {
  const { type, enum: values } = schema;
  if (type === 'null') return true;
  if (type !== undefined) return false;
  // As some generators of 3.0 write it.
  if (schema['nullable'] === true) return Object.keys(schema).length === 1;
  if (Object.hasOwn(schema, 'const')) return schema['const'] === null;
  return Array.isArray(values) && values.length === 1 && values[0] === null;
};

const typeOfMerged = (
  merged: JsonObject,
  place: Place,
  reading: Reading,
  depth: number,
): Result<Typed, string> => {
  const { kinds, nullable: listed } = kindsOf(merged);
  const choices = choicesOf(merged, reading);
  const nullable = listed || choices.nullable;
  const one = (type: ValueType) => ok({ type, nullable });
  if (kinds.length === 0 && choices.all.length > 0)
    return typeOfChoice(choices.all, place, reading, depth, nullable);
  if (kinds.length > 1) return several(place, 'may be of several types', nullable);
  switch (kinds[0]) {
    case undefined:
      return several(place, 'may be anything', nullable);
    case 'string':
      return place === 'text' && member(merged, 'format') === 'binary'
        ? fail('is binary')
        : one(stringType(merged));
    case 'integer':
      return one(integerType(merged));
    case 'number':
      return one(isLong(merged) ? integerType(merged) : numberType(merged));
    case 'boolean':
      return one({ kind: 'boolean' });
    case 'array': {
      const items = typeOf(merged['items'], place, reading, depth + 1);
      if (!items.ok) return items;
      if (items.value.nullable && place === 'json') return fail('is a list in which null is accepted');
      return one({ kind: 'array', items: items.value.type });
    }
    case 'object':
      return one({ kind: 'map' });
    default:
      return fail('has an unknown type');
  }
};

/** In text, a value of any type is a string. */
const several = (place: Place, problem: string, nullable: boolean): Result<Typed, string> =>
  place === 'text' ? ok({ type: { kind: 'string' }, nullable }) : fail(problem);

const typeOfChoice = (
  choices: readonly JsonObject[],
  place: Place,
  reading: Reading,
  depth: number,
  outer: boolean,
): Result<Typed, string> => {
  const types: ValueType[] = [];
  let nullable = outer;
  for (const choice of choices.slice(0, maxChoices)) {
    const typed = typeOf(choice, place, reading, depth + 1);
    if (!typed.ok) return typed;
    types.push(typed.value.type);
    nullable ||= typed.value.nullable;
  }
  const [first, ...others] = types;
  if (!first) return several(place, 'may be anything', nullable);
  if (others.length === 0) return ok({ type: first, nullable });
  // Several choices of one kind: the constraints of one do not apply to the others.
  if (others.every(({ kind }) => kind === first.kind) && first.kind !== 'array')
    return ok({ type: { kind: first.kind }, nullable });
  const kinds = new Set(types.map(({ kind }) => kind));
  if (kinds.has('map') || (kinds.has('array') && place === 'json')) return fail('may be of several types');
  // One value in a query is a list of one.
  return kinds.has('array')
    ? ok({ type: { kind: 'array', items: { kind: 'string' } }, nullable })
    : several(place, 'may be of several types', nullable);
};

/** A placeholder for an invalid type. */
const noType = 'not a type';

/** The types of a schema without null. */
const kindsOf = (schema: JsonObject): { kinds: string[]; nullable: boolean } => {
  const { type } = schema;
  const listed = (type === undefined ? [] : Array.isArray(type) ? firstOf(type, maxTypes) : [type]).map(
    (kind) => shortText(kind, 16) ?? noType,
  );
  const given = [...new Set(listed.filter((kind) => kind !== 'null'))];
  const kinds =
    given.length > 0 ? (given.join() === 'integer,number' ? ['number'] : given) : impliedKinds(schema);
  return { kinds, nullable: schema['nullable'] === true || listed.includes('null') || hasNull(schema) };
};

const hasNull = (schema: JsonObject): boolean =>
  schema['type'] === undefined && valuesOf(schema).some((value) => value === null);

const impliedKinds = (schema: JsonObject): string[] => {
  if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return ['object'];
  if (schema['items'] !== undefined) return ['array'];
  const values = valuesOf(schema).filter((value) => value !== null);
  if (values.length > 0) {
    const kinds = new Set(values.map((value) => typeof value));
    const [kind = ''] = kinds;
    if (kinds.size > 1) return [...kinds].sort();
    if (kind === 'number') return values.every(Number.isInteger) ? ['integer'] : ['number'];
    return kind === 'string' || kind === 'boolean' ? [kind] : [];
  }
  return typeof schema['pattern'] === 'string' ? ['string'] : [];
};
