import { fail, ok, type Result } from '../../../contract/result.ts';
import { headerName, isReservedHeader } from '../headers.ts';
import type { QueryStyle, ValueType } from '../operation.ts';
import { isObject, type JsonObject, member } from './json.ts';
import { maxFields, mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { typeOf } from './schema.ts';

/** A type as its place can hold it, and how it is written. The error is a phrase: "is a list of lists". */
export type Written = Result<{ type: ValueType; style?: QueryStyle }, string>;

/** How a parameter is written. https://spec.openapis.org/oas/v3.1.1.html#style-values */
export const writtenIn: Record<
  'path' | 'query' | 'header',
  (type: ValueType, raw: JsonObject, reading: Reading) => Written
> = {
  path: (type, raw) => {
    if ((raw['style'] ?? 'simple') !== 'simple' || type.kind === 'map')
      return fail('is not a single value in the path');
    if (type.kind !== 'array') return ok({ type });
    return isSingle(type.items) ? ok({ type, style: 'comma' }) : fail('is a list of lists or objects');
  },
  header: (type, raw) => {
    const name = raw['name'];
    if (typeof name !== 'string' || !headerName.test(name) || isReservedHeader(name))
      return fail('is a header that callers must not set');
    return type.kind === 'map' ? fail('is not a single value in a header') : ok({ type: asText(type) });
  },
  query: (type, raw, reading) => {
    const style = typeof raw['style'] === 'string' ? raw['style'] : 'form';
    const explode = (raw['explode'] ?? style === 'form') === true;
    return styled(type, style, explode, raw['schema'], reading);
  },
};

/** How a value is written in a query or a form. */
export const styled = (
  type: ValueType,
  style: string,
  explode: boolean,
  schema: unknown,
  reading: Reading,
): Written => {
  const joined = joins.get(style);
  if (type.kind === 'map') {
    const written = style === 'deepObject' ? 'deep' : explode && style === 'form' ? 'spread' : joined;
    if (written === undefined) return fail('has a style that is not supported');
    return objectIn(written, schema, reading);
  }
  if (type.kind !== 'array')
    // The other styles are defined for lists and objects only, and servers read a single value in the same way.
    return joined === undefined ? fail('has a style that is not supported') : ok({ type, style: 'single' });
  if (!isSingle(type.items)) return fail('is a list of lists or objects');
  if (joined === undefined) return fail('has a style that is not supported');
  return ok({ type, style: explode ? 'repeated' : joined });
};

/** How a list or an object is joined if it is not repeated. */
const joins: ReadonlyMap<string, QueryStyle> = new Map([
  ['form', 'comma'],
  ['spaceDelimited', 'space'],
  ['pipeDelimited', 'pipe'],
]);

const isSingle = ({ kind }: ValueType): boolean => kind !== 'array' && kind !== 'map';

/** Keys that a template can compare. */
const plainKey = /^[A-Za-z0-9_.$ -]{1,64}$/;

/** An object whose members are single values. The specification does not define how others are written. */
const objectIn = (style: QueryStyle, schema: unknown, reading: Reading): Written => {
  const resolved = reading.resolve(schema);
  if (!resolved.ok) return resolved;
  return reading.once(`object as ${style}`, resolved.value, () =>
    mergedObjectIn(style, mergeAll(resolved.value, reading), reading),
  );
};

const mergedObjectIn = (style: QueryStyle, merged: JsonObject, reading: Reading): Written => {
  const open = merged['additionalProperties'];
  const members = reading.members(merged['properties']);
  const values = [...members.map(([, value]) => value), ...(isObject(open) ? [open] : [])];
  for (const value of values.slice(0, maxFields)) {
    const typed = typeOf(value, 'text', reading);
    if (!typed.ok || !isSingle(typed.value.type))
      return fail('is an object with lists or objects in it, for which the specification has no form');
  }
  const keys = members.map(([key]) => key);
  const closed =
    keys.length > 0 &&
    keys.length <= maxFields &&
    (open === undefined || open === false) &&
    merged['patternProperties'] === undefined &&
    keys.every((key) => plainKey.test(key));
  return ok({ type: { kind: 'map', ...(closed && { keys }) }, style });
};

/** MCP Toolbox supports only strings in headers. */
const asText = (type: ValueType): ValueType => {
  switch (type.kind) {
    case 'boolean':
      return { kind: 'string', values: ['true', 'false'] };
    case 'integer':
      return type.values
        ? { kind: 'string', values: type.values.map(String) }
        : { kind: 'string', pattern: '-?[0-9]+' };
    case 'number':
      return { kind: 'string', pattern: '-?[0-9]+([.][0-9]+)?' };
    case 'array':
    case 'map':
      // A list is a text with commas.
      return { kind: 'string' };
    case 'string':
    case 'digits':
      return type;
  }
};

/** How the field of a form is written, with the object of its field in `encoding`. */
export const writtenInForm = (
  type: ValueType,
  encoding: unknown,
  schema: unknown,
  reading: Reading,
): Written => {
  const [style, explode] = [member(encoding, 'style'), member(encoding, 'explode')];
  const isNested = type.kind === 'map' || (type.kind === 'array' && !isSingle(type.items));
  // https://spec.openapis.org/oas/v3.1.1.html#encoding-object: without a style, objects are JSON.
  if (isNested && style === undefined && explode === undefined) return ok({ type, style: 'json' });
  const name = typeof style === 'string' ? style : 'form';
  return styled(type, name, (explode ?? name === 'form') === true, schema, reading);
};
