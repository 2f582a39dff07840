import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject, words } from './json.ts';
import type { Reading } from './reading.ts';

/** Maximum number of media types of a body that are read. */
const maxMediaTypes = 20;
/** Longest name of a media type that is sent. */
const maxName = 100;

/** A body that a tool can write. */
export interface Media {
  kind: 'json' | 'form' | 'text';
  /** As the document names it. */
  name: string;
  content: JsonObject;
}

/**
 * The media type that a tool sends: JSON, otherwise a form, otherwise plain text. Undefined if the body has no content.
 * The error lists the others. https://spec.openapis.org/oas/v3.1.1.html#media-type-object
 */
export const chooseMedia = (content: unknown, reading: Reading): Result<Media | undefined, string> => {
  const listed = reading.members(content).slice(0, maxMediaTypes);
  if (listed.length === 0) return ok(undefined);
  const known = listed.flatMap(([name, value]): Media[] => {
    const kind = kindOf(name);
    const object = isObject(value) ? value : {};
    return kind === undefined
      ? []
      : [{ kind, name: name.includes('*') ? sentFor[kind] : name, content: object }];
  });
  const plain = known.find(({ name }) => name.toLowerCase() === 'application/json');
  const first = (kind: Media['kind']) => known.find((media) => media.kind === kind);
  const chosen = plain ?? first('json') ?? first('form') ?? first('text');
  return chosen
    ? ok(chosen)
    : fail(
        listed
          .map(([name]) => words(name, 64) ?? '?')
          .join(', ')
          .slice(0, 200),
      );
};

/** What is sent for a range of media types. */
const sentFor = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain',
} as const;

/** https://www.rfc-editor.org/rfc/rfc6838#section-4.2, and parameters without quotes */
const mediaType = /^[a-z0-9!#$&^_.+*-]+\/[a-z0-9!#$&^_.+*-]+( ?; ?[a-z0-9_-]+=[a-z0-9_.:+-]+)*$/i;

const kindOf = (name: string): Media['kind'] | undefined => {
  if (name.length > maxName || !mediaType.test(name)) return undefined;
  const type = name.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^([a-z0-9.-]+\/([^/]+\+)?json|\*\/\*|application\/\*)$/.test(type)) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  return type === 'text/plain' || type === 'text/*' ? 'text' : undefined;
};
