import { CORE_SCHEMA, constructFromEvents, mergeTag, parseEvents, YAMLException } from 'js-yaml';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { isObject, type JsonObject } from './json.ts';

/** Maximum length of a document: the limit of a ConfigMap. */
const maxLength = 1024 * 1024;
/**
 * Maximum number of line breaks, commas and opening brackets, counted before anything is parsed, because each takes the
 * parser some microseconds. The largest real documents have 80,000 in 1 MiB.
 */
const maxMarks = 300_000;
/** Maximum number of nodes of a YAML document, counted before it is built. The largest real ones of 1 MiB have a third. */
const maxEvents = 400_000;
/** Maximum depth of a YAML document. */
const maxDepth = 100;
/** Maximum number of aliases, and of keys that merges (`<<`) copy. Each could otherwise copy the whole document. */
const maxAliases = 10_000;
const maxMergedKeys = 10_000;

/** YAML 1.2 with merge keys. Dates remain strings, as in JSON. */
const schema = CORE_SCHEMA.withTags(mergeTag);

const noDocument = 'must be an OpenAPI document in JSON or YAML';
const remedy = 'remove what is not needed, such as examples, or divide the document';

/**
 * Parses an object in JSON or YAML. The time of both parsers is linear in the length of the text, and aliases are
 * limited. The error is the end of a sentence. It says where the text is invalid, and contains nothing from the text.
 */
export const parseDocument = (text: string): Result<JsonObject, string> => {
  if (text.length > maxLength) return fail('must not be longer than 1 MiB');
  if (!hasFewMarks(text))
    return fail(
      `must not have more than ${maxMarks.toLocaleString('en')} line breaks, commas and brackets: ${remedy}`,
    );
  const parsed = parse(text.replace(/^\uFEFF/, ''));
  if (!parsed.ok) return parsed;
  return isObject(parsed.value) ? ok(parsed.value) : fail(noDocument);
};

const hasFewMarks = (text: string): boolean => {
  let marks = 0;
  for (let at = 0; at < text.length && marks <= maxMarks; at++) {
    const code = text.charCodeAt(at);
    // line feed, carriage return, comma, and opening brackets
    if (code === 10 || code === 13 || code === 44 || code === 91 || code === 123) marks++;
  }
  return marks <= maxMarks;
};

const parse = (text: string): Result<unknown, string> => {
  if (!/^\s*\{/.test(text.slice(0, 1000))) return yaml(text);
  const strict = json(text);
  if (strict.ok) return strict;
  const loose = yaml(text);
  return loose.ok || strict.error === undefined ? loose : fail(strict.error);
};

/** The error is undefined if the parser does not say where the text is invalid. */
const json = (text: string): Result<unknown, string | undefined> => {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    const [, reason, line, column] =
      /^([^"]+) in JSON at position \d+ \(line (\d+) column (\d+)\)$/.exec(
        String((error as Error).message),
      ) ?? [];
    return fail(reason && invalidAt(Number(line), Number(column), reason));
  }
};

const yaml = (text: string): Result<unknown, string> => {
  try {
    const events = parseEvents(text, { maxDepth });
    if (events.length > maxEvents)
      return fail(`must not have more than ${maxEvents.toLocaleString('en')} values: ${remedy}`);
    const limits = { maxAliases, maxTotalMergeKeys: maxMergedKeys };
    const documents = constructFromEvents(events, { source: text, schema, ...limits });
    return documents.length > 1 ? fail(`${noDocument}, but has several`) : ok(documents[0]);
  } catch (error) {
    const mark = error instanceof YAMLException ? error.mark : undefined;
    return fail(
      mark ? invalidAt(mark.line + 1, mark.column + 1, (error as YAMLException).reason) : noDocument,
    );
  }
};

/** Where a parser stopped, and why. Some reasons of js-yaml end with a name from the text, which is cut off. */
const invalidAt = (line: number, column: number, reason: string): string => {
  const plain = reason.slice(0, 100).replace(/\s*(?:!<|"|: ).*$/s, ' …');
  return `${noDocument}, but is invalid at line ${line}, column ${column}: ${plain}`;
};
