import { fail, ok, type Result } from '../../../contract/result.ts';
import type { Parameter, ValueType } from '../operation.ts';
import { describeValue } from './describe.ts';
import { firstOf, isObject, type JsonObject, member, shortText, words } from './json.ts';
import { maxFields, maxRequired, mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { choicesOf, typeOf } from './schema.ts';
import { writtenInForm } from './styles.ts';

/** Longest name of a field that becomes a parameter. */
const maxName = 200;

/** Why the fields of a body cannot be arguments. */
export interface Undivided {
  /** A phrase: "and its field a may be anything". */
  why: string;
  /** Whether one of them is a number that only a text expresses. */
  exact: boolean;
}

/**
 * The fields of a body, if each can be a separate argument, so that nothing that a client says is lost. MCP Toolbox
 * takes null for an argument that is not given, so a field can be an argument only if both mean the same.
 * @param media the media type object of a form
 */
export const fieldsOf = (
  schema: JsonObject,
  media: JsonObject | undefined,
  reading: Reading,
): Result<Parameter[], Undivided> => {
  const properties = reading.members(schema['properties']);
  const open = schema['additionalProperties'];
  const undivided = (why: string) => fail({ why, exact: hasExact(schema, reading) });
  if (properties.length === 0) return undivided('and its fields are not known');
  if (properties.length > maxFields) return undivided(`and has more than ${maxFields} fields`);
  if (choicesOf(schema, reading).all.length > 0) return undivided('of which there are several forms');
  if (open === true || isObject(open) || isObject(schema['patternProperties']))
    return undivided('and its fields are not all known');
  const required = new Set(firstOf(schema['required'], maxRequired));
  const parameters: Parameter[] = [];
  for (const [name, property] of properties) {
    if (property === false) continue;
    const field = fieldOf(name, property, required.has(name), media, reading);
    if (!field.ok) return undivided(`and its field ${words(name, 64) ?? '?'} ${field.error}`);
    if (field.value !== undefined) parameters.push(field.value);
  }
  return ok(parameters);
};

const fieldOf = (
  name: string,
  property: unknown,
  required: boolean,
  media: JsonObject | undefined,
  reading: Reading,
): Result<Parameter | undefined, string> => {
  const resolved = reading.resolve(property === true ? {} : property);
  if (!resolved.ok) return resolved;
  const merged = mergeAll(resolved.value, reading);
  if (merged['readOnly'] === true) return ok(undefined);
  if (shortText(name, maxName)?.isWellFormed() !== true) return fail('has an invalid name');
  const typed = typeOf(property, media === undefined ? 'json' : 'text', reading);
  if (!typed.ok) return typed;
  const { type, nullable } = typed.value;
  const written =
    media === undefined
      ? ok({ type })
      : writtenInForm(type, member(media['encoding'], name), property, reading);
  if (!written.ok) return written;
  const sendsNull = nullable && media === undefined;
  if (sendsNull && !required && merged['default'] !== null) return fail('may be null');
  const description = describeValue(name, undefined, property, reading);
  return ok({
    name,
    in: 'body',
    ...written.value,
    required,
    ...(sendsNull && required && { absentIsNull: true as const }),
    ...(description !== undefined && { description }),
  });
};

/** Whether a field of an object is an integer of 64 bits, or a list of those. */
const hasExact = (schema: JsonObject, reading: Reading): boolean =>
  reading
    .members(schema['properties'])
    .slice(0, maxFields)
    .some(([, property]) => {
      const typed = typeOf(property, 'json', reading);
      return typed.ok && innermost(typed.value.type).kind === 'digits';
    });

const innermost = (type: ValueType): ValueType => (type.kind === 'array' ? innermost(type.items) : type);
