import type { ValueType } from '../operation.ts';
import { isPortable } from '../pattern.ts';
import { firstOf, type JsonObject } from './json.ts';

/** Maximum number of values of an `enum` that a tool checks. */
export const maxValues = 100;
/** Longest text of an `enum` that a tool checks. */
export const maxText = 200;

/** The values of `enum` or `const`: one more than is used, to detect that there are too many. */
export const valuesOf = (schema: JsonObject): readonly unknown[] =>
  Object.hasOwn(schema, 'const') ? [schema['const']] : firstOf(schema['enum'], maxValues + 1);

/** A string. The API checks what cannot be checked here. */
export const stringType = (schema: JsonObject): ValueType => {
  const values = valuesOf(schema).filter((value) => typeof value === 'string');
  if (values.length > 0 && values.length <= maxValues && values.every((value) => value.length <= maxText))
    return { kind: 'string', values };
  const { pattern } = schema;
  return typeof pattern === 'string' && isPortable(pattern)
    ? { kind: 'string', pattern, anywhere: true }
    : { kind: 'string' };
};

/** Whether the format has 64 bits. https://spec.openapis.org/registry/format/ */
export const isLong = ({ format }: JsonObject): boolean => format === 'int64' || format === 'uint64';

/**
 * An integer. One of 64 bits is a text of digits, unless its bounds say that no value of it is rounded.
 */
export const integerType = (schema: JsonObject): ValueType => {
  const minimum = lowest(schema, true);
  const maximum = highest(schema, true);
  const values = valuesOf(schema).filter((value) => typeof value === 'number');
  const known = values.length > 0 && values.length <= maxValues;
  const exact = values.filter((value) => Number.isSafeInteger(value));
  if (known && exact.length < values.length) return { kind: 'digits' };
  if (isLong(schema) && !known && (minimum === undefined || maximum === undefined)) return { kind: 'digits' };
  return {
    kind: 'integer',
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(known && { values: exact }),
  };
};

/** A number. Its values are described, because MCP Toolbox cannot check them. */
export const numberType = (schema: JsonObject): ValueType => {
  const values = valuesOf(schema).filter((value) => typeof value === 'number');
  // Exclusive bounds are described.
  const minimum = lowest(schema, false);
  const maximum = highest(schema, false);
  return {
    kind: 'number',
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(values.length > 0 && values.length <= maxValues && { values }),
  };
};

/** The bounds of 3.0 are exclusive if a flag says so. Those of 3.1 have separate keywords. */
const lowest = ({ minimum, exclusiveMinimum: exclusive }: JsonObject, whole: boolean): number | undefined => {
  const from = (value: number) => (whole ? Math.ceil(value) : value);
  const above = (value: number) => (whole ? Math.floor(value) + 1 : value);
  return kept(Math.max, [
    ...(typeof minimum === 'number' ? [exclusive === true ? above(minimum) : from(minimum)] : []),
    ...(typeof exclusive === 'number' ? [above(exclusive)] : []),
  ]);
};

const highest = (
  { maximum, exclusiveMaximum: exclusive }: JsonObject,
  whole: boolean,
): number | undefined => {
  const to = (value: number) => (whole ? Math.floor(value) : value);
  const below = (value: number) => (whole ? Math.ceil(value) - 1 : value);
  return kept(Math.min, [
    ...(typeof maximum === 'number' ? [exclusive === true ? below(maximum) : to(maximum)] : []),
    ...(typeof exclusive === 'number' ? [below(exclusive)] : []),
  ]);
};

/** A bound that JSON and YAML write with plain digits. */
const kept = (choose: (...values: number[]) => number, all: readonly number[]): number | undefined => {
  if (all.length === 0) return undefined;
  const value = choose(...all);
  const plain = Math.abs(value) <= Number.MAX_SAFE_INTEGER && /^-?\d+(\.\d+)?$/.test(String(value));
  return plain ? value : undefined;
};
