import { fail, ok, type Result } from '../../../contract/result.ts';
import type { Parameter } from '../operation.ts';
import { describeValue } from './describe.ts';
import { firstOf, type JsonObject, member, shortText, words } from './json.ts';
import type { Reading } from './reading.ts';
import { type Typed, typeOf } from './schema.ts';
import { writtenIn } from './styles.ts';

/** Longest name of a parameter. */
const maxName = 200;
/** Maximum number of parameters of one operation. */
const maxParameters = 64;
/** Maximum number of parameters that are read from a path item and from an operation, which may override the former. */
const maxListed = 4 * maxParameters;

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
  const notes: string[] = [];
  for (const { parameters } of [item, operation]) {
    const listed = firstOf(parameters, maxListed + 1);
    if (listed.length > maxListed) notes.push(`the parameters after the first ${maxListed}`);
    for (const raw of listed.slice(0, maxListed)) {
      const resolved = reading.resolve(raw);
      if (!resolved.ok) return fail(`one of its parameters ${resolved.error}`);
      const judged = reading.once('parameter', resolved.value, () => judge(resolved.value, reading));
      if (judged === undefined) return fail('one of its parameters has an invalid name');
      byPlace.set(JSON.stringify([judged.place, judged.name]), judged);
    }
  }
  const all = [...byPlace.values()].filter(
    ({ place, name }) => place !== 'header' || !ignored.has(name.toLowerCase()),
  );
  const parameters: Parameter[] = [];
  let room = maxParameters - all.filter(({ needed }) => needed).length;
  if (room < 0) return fail(`it requires more than ${maxParameters} parameters`);
  for (const { name, parameter, needed } of all) {
    if (!parameter.ok) {
      if (needed) return fail(`its parameter ${shown(name)} ${parameter.error}`);
      notes.push(`its parameter ${shown(name)}, which ${parameter.error}`);
    } else if (needed || room > 0) {
      parameters.push(parameter.value);
      if (!needed) room--;
    } else notes.push(`its parameter ${shown(name)}, because a tool has at most ${maxParameters} parameters`);
  }
  return ok({ parameters, notes });
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
  const typed: Result<Typed, string> =
    json === undefined
      ? typeOf(raw['schema'], 'text', reading)
      : ok({ type: { kind: 'string' }, nullable: false });
  if (!typed.ok) return typed;
  const written = writtenIn[place](typed.value.type, raw, reading);
  if (!written.ok) return written;
  const schema = json === undefined ? raw['schema'] : member(json, 'schema');
  const about = describeValue(name, raw['description'], schema, reading);
  const isList = place === 'header' && typed.value.type.kind === 'array';
  const description = [about, json !== undefined && 'As JSON.', isList && 'A list with commas.']
    .filter(Boolean)
    .join(' ');
  return ok({
    name,
    in: place,
    required: raw['required'] === true || place === 'path',
    ...written.value,
    ...(description !== '' && { description }),
  });
};
