import { fail, ok, type Result } from '../../../contract/result.ts';
import type { Operation, Parameter } from '../operation.ts';
import { firstOf, type JsonObject, member, shortText, words } from './json.ts';
import { maxFields, maxRequired, mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { typeOf } from './schema.ts';

/** Maximum number of media types of a body that are read. */
const maxMediaTypes = 20;
/** Longest name of a field that becomes a parameter. */
const maxName = 200;

export interface Body {
  body?: NonNullable<Operation['body']>;
  parameters: Parameter[];
  notes: string[];
}

/**
 * The body of an operation: its fields as parameters if every required field has one type, otherwise the whole body as
 * one parameter. Only JSON is supported. https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 */
export const bodyOf = (operation: JsonObject, reading: Reading): Result<Body, string> => {
  if (operation['requestBody'] === undefined) return ok({ parameters: [], notes: [] });
  const resolved = reading.resolve(operation['requestBody']);
  if (!resolved.ok) return fail(`its body ${resolved.error}`);
  return reading.once('body', resolved.value, () => read(resolved.value, reading));
};

const read = (body: JsonObject, reading: Reading): Result<Body, string> => {
  const none: Body = { parameters: [], notes: [] };
  const required = body['required'] === true;
  const media = reading.members(body['content']).slice(0, maxMediaTypes);
  const json = media.find(([type]) => isJson(type))?.[1];
  if (json === undefined)
    return required ? fail('its body is not JSON') : ok({ ...none, notes: ['its body, which is not JSON'] });
  const schema = reading.resolve(member(json, 'schema') ?? {});
  if (!schema.ok) return fail(`its body ${schema.error}`);
  const merged = mergeAll(schema.value, reading);
  const fields = reading.once('fields', merged, () => fieldsOf(merged, reading));
  if (fields) return ok({ body: 'fields', ...fields });
  const type = typeOf(merged, 'json', reading);
  const description = words(body['description'] ?? merged['description'], 500);
  return ok({
    ...none,
    body: {
      // A body without a known type is usually an object.
      type: type.ok ? type.value : { kind: 'map' },
      required,
      ...(description !== undefined && { description }),
    },
  });
};

const isJson = (type: string): boolean =>
  /^(application\/([a-z0-9.+-]+\+)?json|\*\/\*)(;|$)/i.test(type.slice(0, 200));

const fieldsOf = (schema: JsonObject, reading: Reading): Omit<Body, 'body'> | undefined => {
  const properties = reading.members(schema['properties']);
  const choice = schema['oneOf'] !== undefined || schema['anyOf'] !== undefined;
  if (choice || properties.length === 0 || properties.length > maxFields) return undefined;
  const required = new Set(firstOf(schema['required'], maxRequired));
  const parameters: Parameter[] = [];
  const notes: string[] = [];
  for (const [name, property] of properties) {
    const resolved = reading.resolve(property);
    if (resolved.ok && resolved.value['readOnly'] === true) continue;
    const type = typeOf(property, 'json', reading);
    const proper = shortText(name, maxName)?.isWellFormed() === true;
    if (!type.ok || !proper) {
      if (required.has(name)) return undefined;
      notes.push(
        `its field ${words(name, 64) ?? '?'}, which ${type.ok ? 'has an invalid name' : type.error}`,
      );
      continue;
    }
    const description = resolved.ok ? words(resolved.value['description'], 500) : undefined;
    parameters.push({
      name,
      in: 'body',
      type: type.value,
      required: required.has(name),
      ...(description !== undefined && { description }),
    });
  }
  return { parameters, notes };
};
