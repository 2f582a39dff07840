import { fail, ok, type Result } from '../../../contract/result.ts';
import type { Operation, Parameter } from '../operation.ts';
import { type JsonObject, list, member, members, words } from './json.ts';
import type { Resolve } from './refs.ts';
import { mergeAll, typeOf } from './schema.ts';

/** Most fields of a body that become parameters of their own. */
const maxFields = 40;

export interface Body {
  body?: NonNullable<Operation['body']>;
  parameters: Parameter[];
  notes: string[];
}

/**
 * The body of an operation: its fields as parameters where each of them that is required has one type, else the
 * whole as one. Only JSON can be written. https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 */
export const bodyOf = (operation: JsonObject, resolve: Resolve): Result<Body, string> => {
  const none: Body = { parameters: [], notes: [] };
  if (operation['requestBody'] === undefined) return ok(none);
  const resolved = resolve(operation['requestBody']);
  if (!resolved.ok) return fail(`its body ${resolved.error}`);
  const required = resolved.value['required'] === true;
  const json = members(resolved.value['content']).find(([type]) => isJson(type))?.[1];
  if (json === undefined)
    return required ? fail('its body is not JSON') : ok({ ...none, notes: ['its body, which is not JSON'] });
  const schema = resolve(member(json, 'schema') ?? {});
  if (!schema.ok) return fail(`its body ${schema.error}`);
  const merged = mergeAll(schema.value, resolve, 0);
  const fields = fieldsOf(merged, resolve);
  if (fields) return ok({ body: 'fields', ...fields });
  const type = typeOf(merged, 'json', resolve);
  const description = words(resolved.value['description'] ?? merged['description'], 500);
  return ok({
    ...none,
    body: {
      // A body of which nothing is known is an object for the most part.
      type: type.ok ? type.value : { kind: 'map' },
      required,
      ...(description !== undefined && { description }),
    },
  });
};

const isJson = (type: string): boolean => /^(application\/([a-z0-9.+-]+\+)?json|\*\/\*)(;|$)/i.test(type);

const fieldsOf = (schema: JsonObject, resolve: Resolve): Omit<Body, 'body'> | undefined => {
  const properties = members(schema['properties']);
  const choice = schema['oneOf'] !== undefined || schema['anyOf'] !== undefined;
  if (choice || properties.length === 0 || properties.length > maxFields) return undefined;
  const required = new Set(list(schema['required']));
  const parameters: Parameter[] = [];
  const notes: string[] = [];
  for (const [name, property] of properties) {
    const resolved = resolve(property);
    if (resolved.ok && resolved.value['readOnly'] === true) continue;
    const type = typeOf(property, 'json', resolve);
    if (!type.ok || !name.isWellFormed()) {
      if (required.has(name)) return undefined;
      notes.push(`its field ${words(name, 64) ?? '?'}, which ${type.ok ? 'has no proper name' : type.error}`);
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
