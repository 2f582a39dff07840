import { fail, ok, type Result } from '../../../contract/result.ts';
import type { Method, Operation, Parameter, WholeBody } from '../operation.ts';
import { formOf, isObjects } from './describe.ts';
import { fieldsOf } from './fields.ts';
import { type JsonObject, member, words } from './json.ts';
import { chooseMedia, type Media } from './media.ts';
import { mergeAll } from './merge.ts';
import type { Reading } from './reading.ts';
import { typeOf } from './schema.ts';

export interface Body {
  body?: NonNullable<Operation['body']>;
  mediaType?: string;
  parameters: Parameter[];
  notes: string[];
}

const none: Body = { parameters: [], notes: [] };

/**
 * The body of an operation: its fields as parameters if each of them can be one argument, otherwise the whole body as
 * one argument. JSON, forms and plain text are supported. An operation with another body is left out.
 * https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 */
export const bodyOf = (operation: JsonObject, method: Method, reading: Reading): Result<Body, string> => {
  if (operation['requestBody'] === undefined) return ok(none);
  if (method === 'GET' || method === 'HEAD')
    return ok({ ...none, notes: [`its body, which has no meaning in a ${method} request`] });
  const resolved = reading.resolve(operation['requestBody']);
  if (!resolved.ok) return fail(`its body ${resolved.error}`);
  return reading.once('body', resolved.value, () => read(resolved.value, reading));
};

const read = (body: JsonObject, reading: Reading): Result<Body, string> => {
  const media = chooseMedia(body['content'], reading);
  if (!media.ok) return fail(`its body is ${media.error}, which a tool cannot write`);
  if (media.value === undefined) return ok(none);
  const { kind, name, content } = media.value;
  const mediaType = name === 'application/json' ? {} : { mediaType: name };
  const schema = reading.resolve(member(content, 'schema') ?? {});
  if (!schema.ok) return fail(`its body ${schema.error}`);
  const merged = mergeAll(schema.value, reading);
  if (kind === 'text') return ok({ ...none, ...mediaType, body: wholeOf(body, merged, 'text', reading) });
  const fields = reading.once(`fields of a ${kind}`, kind === 'form' ? content : merged, () =>
    fieldsOf(merged, kind === 'form' ? content : undefined, reading),
  );
  if (fields.ok)
    return ok({
      ...mediaType,
      notes: [],
      parameters: fields.value,
      body: kind === 'form' ? 'form' : 'fields',
    });
  if (kind === 'form') return fail(`its body is a form, ${fields.error.why}`);
  return ok({
    ...none,
    ...mediaType,
    body: wholeOf(body, merged, fields.error.exact ? 'exact' : 'json', reading),
  });
};

/** The whole body as one argument. It is a text if a value of one type cannot express it. */
const wholeOf = (
  body: JsonObject,
  merged: JsonObject,
  kind: Media['kind'] | 'exact',
  reading: Reading,
): WholeBody => {
  const typed = kind === 'json' ? typeOf(merged, 'json', reading) : undefined;
  const objects = kind === 'json' && isObjects(merged, reading);
  const verbatim = !typed?.ok && !objects;
  const about = words(body['description'], 500) ?? words(merged['description'], 500);
  const form = kind === 'text' ? '' : `${verbatim ? 'A text of JSON' : 'JSON'}: ${formOf(merged, reading)}`;
  const description = reading.say([about, form].filter(Boolean).join(' '));
  return {
    // A body without a known type is usually an object.
    type: verbatim ? { kind: 'string' } : typed?.ok ? typed.value.type : { kind: 'map' },
    // Many documents say nothing and mean that it is required. A call that names its fields instead would lose them.
    required: body['required'] !== false,
    ...(verbatim && { verbatim }),
    ...(description !== undefined && description !== '' && { description }),
  };
};
