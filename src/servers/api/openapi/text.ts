import { CORE_SCHEMA, constructFromEvents, mergeTag, parseEvents } from 'js-yaml';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject } from './json.ts';

/** Longest document: what a ConfigMap can hold. */
const maxLength = 1024 * 1024;
/** Most nodes of a YAML document, counted before anything is built; the largest real ones of 1 MiB have a third. */
const maxEvents = 400_000;
/** How deep a YAML document may be nested. */
const maxDepth = 100;
/** Most aliases, and most keys that merges (`<<`) may copy: each could otherwise copy the whole document. */
const maxAliases = 10_000;
const maxMergedKeys = 10_000;

/** YAML 1.2 with merge keys. Dates stay texts, as in JSON. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * The object in a text of JSON or YAML. Both parsers take a time that is linear in the length of the text, whatever it
 * holds, and what can multiply is bounded. The error is the end of a sentence, and repeats nothing of the text.
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

/** The parsers of YAML throw on what is not YAML, and on what is beyond its bounds. */
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
