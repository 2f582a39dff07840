import { fail, ok, type Result } from '../../../contract/result.ts';
import { headerName, isReservedHeader } from '../headers.ts';
import type { Parameter, QueryStyle, ValueType } from '../operation.ts';
import { firstOf, type JsonObject, member, shortText, words } from './json.ts';
import type { Reading } from './reading.ts';
import { typeOf } from './schema.ts';

/** Longest name of a parameter. */
const maxName = 200;
/** Maximum number of parameters of one operation. */
const maxParameters = 64;
/** Maximum number of parameters that are read from a path item and from an operation, which may override the former. */
const maxListed = 2 * maxParameters;

/** The parameters of an operation. */
export interface Parameters {
  parameters: Parameter[];
  /** Phrases about optional parameters that callers cannot set. */
  notes: string[];
}

/**
 * The parameters of a path item and of its operation, which override those of the path item. An optional parameter that
 * cannot be expressed is left out. If a required parameter cannot be expressed, the result is an error that says why.
 * https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export const parametersOf = (
  item: JsonObject,
  operation: JsonObject,
  reading: Reading,
): Result<Parameters, string> => {
  const byPlace = new Map<string, Judged>();
  for (const { parameters } of [item, operation]) {
    const listed = firstOf(parameters, maxListed + 1);
    if (listed.length > maxListed) return fail(`it has more than ${maxParameters} parameters`);
    for (const raw of listed) {
      const resolved = reading.resolve(raw);
      if (!resolved.ok) return fail(`one of its parameters ${resolved.error}`);
      const judged = reading.once('parameter', resolved.value, () => judge(resolved.value, reading));
      if (judged === undefined) return fail('one of its parameters has an invalid name');
      byPlace.set(JSON.stringify([judged.place, judged.name]), judged);
    }
  }
  if (byPlace.size > maxParameters) return fail(`it has more than ${maxParameters} parameters`);
  const found: Parameters = { parameters: [], notes: [] };
  for (const { name, place, parameter, needed } of byPlace.values()) {
    if (place === 'header' && ignored.has(name.toLowerCase())) continue;
    if (parameter.ok) found.parameters.push(parameter.value);
    else if (needed) return fail(`its parameter ${shown(name)} ${parameter.error}`);
    else found.notes.push(`its parameter ${shown(name)}, which ${parameter.error}`);
  }
  return ok(found);
};

/** The result for one parameter object, for all references to it. */
interface Judged {
  name: string;
  place: string;
  parameter: Result<Parameter, string>;
  /** Whether operations cannot be called without the parameter. */
  needed: boolean;
}

/** Undefined if the parameter has no valid name. */
const judge = (raw: JsonObject, reading: Reading): Judged | undefined => {
  const name = shortText(raw['name'], maxName);
  if (name === undefined || name === '' || !name.isWellFormed()) return undefined;
  return {
    name,
    place: shortText(raw['in'], 16) ?? '',
    parameter: parameterOf(name, raw, reading),
    needed: raw['required'] === true || raw['in'] === 'path',
  };
};

/** A name as text for people. */
const shown = (name: string): string => words(name, 64) ?? '?';

/** Headers that OpenAPI ignores as parameters. */
const ignored = new Set(['accept', 'content-type', 'authorization']);

const parameterOf = (name: string, raw: JsonObject, reading: Reading): Result<Parameter, string> => {
  const place = raw['in'];
  if (place === 'cookie') return fail('is in a cookie');
  if (place !== 'path' && place !== 'query' && place !== 'header') return fail('is in an unknown place');
  const json = member(raw['content'], 'application/json');
  if (
    raw['schema'] === undefined &&
    raw['content'] !== undefined &&
    (json === undefined || place !== 'query')
  )
    return fail('is in a format that a tool cannot write');
  const typed: Result<ValueType, string> =
    json === undefined ? typeOf(raw['schema'], 'text', reading) : ok({ kind: 'string' });
  if (!typed.ok) return typed;
  const written = writtenIn[place](typed.value, raw, name);
  if (!written.ok) return written;
  const given = defaultOf(raw, written.value.type, reading);
  const required = raw['required'] === true || place === 'path';
  if (place === 'header' && !required && given === undefined) return fail('is an optional header');
  const description = [words(raw['description'], 500), json === undefined ? undefined : 'As JSON.'];
  return ok({
    name,
    in: place,
    required,
    ...written.value,
    ...(description.some(Boolean) && { description: description.filter(Boolean).join(' ') }),
    ...(given !== undefined && { default: given }),
  });
};

type Written = Result<{ type: ValueType; style?: QueryStyle }, string>;

const writtenIn: Record<Parameter['in'], (type: ValueType, raw: JsonObject, name: string) => Written> = {
  path: (type, raw) =>
    type.kind === 'array' || type.kind === 'map' || (raw['style'] ?? 'simple') !== 'simple'
      ? fail('is not a single value in the path')
      : ok({ type }),
  header: (type, _raw, name) => {
    if (!headerName.test(name) || isReservedHeader(name))
      return fail('is a header that callers must not set');
    if (type.kind === 'array' || type.kind === 'map') return fail('is not a single value in a header');
    return ok({ type: asText(type) });
  },
  query: (type, raw) => {
    const style = typeof raw['style'] === 'string' ? raw['style'] : 'form';
    if (type.kind === 'map')
      return style === 'deepObject' ? ok({ type, style: 'deep' }) : fail('is an object');
    if (type.kind !== 'array')
      return style === 'form' ? ok({ type, style: 'single' }) : fail('has a style that is not supported');
    if (type.items.kind === 'array' || type.items.kind === 'map') return fail('is a list of lists');
    const explode = raw['explode'] ?? style === 'form';
    const joined = new Map<string, QueryStyle>(joins).get(style);
    if (joined === undefined) return fail('has a style that is not supported');
    return ok({ type, style: explode === true ? 'repeated' : joined });
  },
  body: () => fail('is in an unknown place'),
};

/** How a list is joined if the parameter is not repeated. */
const joins = [
  ['form', 'comma'],
  ['spaceDelimited', 'space'],
  ['pipeDelimited', 'pipe'],
] as const;

/** MCP Toolbox supports only strings in headers. */
const asText = (type: ValueType): ValueType => {
  if (type.kind === 'string') return type;
  if (type.kind === 'boolean') return { kind: 'string', values: ['true', 'false'] };
  return { kind: 'string', pattern: type.kind === 'integer' ? '-?[0-9]+' : '-?[0-9]+([.][0-9]+)?' };
};

/** The default of a parameter, if it has the type of the parameter. MCP Toolbox does not start otherwise. */
const defaultOf = (
  raw: JsonObject,
  type: ValueType,
  reading: Reading,
): string | number | boolean | undefined => {
  const schema = reading.resolve(raw['schema'] ?? {});
  const value = schema.ok ? member(schema.value, 'default') : undefined;
  if (type.kind === 'string' && typeof value === 'string' && value.length <= maxName)
    return raw['in'] === 'header' && !/^[\x21-\x7e]+$/.test(value) ? undefined : value;
  if (type.kind === 'boolean' && typeof value === 'boolean') return value;
  if ((type.kind === 'integer' || type.kind === 'number') && Number.isSafeInteger(value))
    return value as number;
  return undefined;
};
