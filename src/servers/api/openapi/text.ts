import { CORE_SCHEMA, constructFromEvents, mergeTag, parseEvents } from 'js-yaml';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject } from './json.ts';

/** Maximum length of a document: the limit of a ConfigMap. */
const maxLength = 1024 * 1024;
/** Maximum number of nodes of a YAML document, counted before it is built. The largest real ones of 1 MiB have a third. */
const maxEvents = 400_000;
/** Maximum depth of a YAML document. */
const maxDepth = 100;
/** Maximum number of aliases, and of keys that merges (`<<`) copy. Each could otherwise copy the whole document. */
const maxAliases = 10_000;
const maxMergedKeys = 10_000;

/** YAML 1.2 with merge keys. Dates remain strings, as in JSON. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * Parses an object in JSON or YAML. The time of both parsers is linear in the length of the text, and aliases are
 * limited. The error is the end of a sentence and contains nothing from the text.
 */
export const parseDocument = (text: string): Result<JsonObject, string> => {
  if (text.length > maxLength) return fail('must not be longer than 1 MiB');
  const parsed = /^\s*\{/.test(text.slice(0, 1000)) ? (json(text) ?? yaml(text)) : yaml(text);
  return isObject(parsed) ? ok(parsed) : fail('must be an OpenAPI document in JSON or YAML');
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Undefined for invalid YAML and for documents that exceed the limits: the parsers throw for both. */
const yaml = (text: string): unknown => {
  try {
    const source = text.replace(/^\uFEFF/, '');
    const events = parseEvents(source, { maxDepth });
    if (events.length > maxEvents) return undefined;
    const limits = { maxAliases, maxTotalMergeKeys: maxMergedKeys };
    const documents = constructFromEvents(events, { source, schema, ...limits });
    return documents.length === 1 ? documents[0] : undefined;
  } catch {
    return undefined;
  }
};
