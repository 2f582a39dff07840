import { type Document, isCollection, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { JsonObject } from '../contract/kube.ts';
import { isObject, listAt, stringAt } from '../contract/observed.ts';
import { fail, ok, type Result } from '../contract/result.ts';

/** An object, and where it was read. */
export interface Loaded {
  object: JsonObject;
  /** `file:line`. */
  at: string;
}

/**
 * What is wrong with a YAML text, by the parser's code. Its own messages quote the text, which may be a
 * Secret's.
 */
const sentences: Record<string, string> = {
  BAD_DQ_ESCAPE: 'a double-quoted text has an unknown escape',
  BAD_INDENT: 'the indentation is wrong',
  BAD_SCALAR_START: 'a text that starts with a reserved character must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a text that holds ": " must be quoted',
  DUPLICATE_KEY: 'a key stands here twice',
  MISSING_CHAR: 'a quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line',
  NON_STRING_KEY: 'a key must be a text',
  RESOURCE_EXHAUSTION: 'lists and maps are nested too deep',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_ALIAS: 'an alias names no anchor; a text that starts with "*" must be quoted',
};

/** Reads the objects of a text with any number of YAML or JSON documents. Errors are `file:line: sentence`. */
export const parseObjects = (text: string, file: string): Result<Loaded[], string[]> => {
  const counter = new LineCounter();
  const at = (offset: number): string => `${file}:${counter.linePos(offset).line}`;
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
  });
  const loaded: Loaded[] = [];
  const errors: string[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const problem = problemOf(document);
    if (problem) {
      errors.push(
        `${at(problem.offset)}: not valid YAML: ${sentences[problem.code] ?? 'it cannot be parsed'}`,
      );
      continue;
    }
    const value = valueIn(document);
    if (value === null) continue;
    const place = at(document.contents?.range?.[0] ?? 0);
    const objects = isObject(value) && value['kind'] === 'List' ? listAt(value, 'items') : [value];
    for (const object of objects) {
      if (isKubernetesObject(object)) loaded.push({ object, at: place });
      else errors.push(`${place}: not a Kubernetes object: it must have apiVersion, kind and metadata.name`);
    }
  }
  return errors.length > 0 ? fail(errors) : ok(loaded);
};

const problemOf = (document: Document.Parsed): { code: string; offset: number } | undefined => {
  const [error] = document.errors;
  if (error) return { code: error.code, offset: error.pos[0] };
  let found: { code: string; offset: number } | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return undefined;
      found = { code: 'NON_STRING_KEY', offset: key.range?.[0] ?? 0 };
      return visit.BREAK;
    },
    Alias: (_, alias) => {
      if (alias.resolve(document)) return undefined;
      found = { code: 'BAD_ALIAS', offset: alias.range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
};

/** Aliases that multiply, or a merge of what is no map, make it throw. */
const valueIn = (document: Document.Parsed): unknown => {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
};

const isKubernetesObject = (value: unknown): value is JsonObject =>
  isObject(value) &&
  stringAt(value, 'apiVersion') !== undefined &&
  stringAt(value, 'kind') !== undefined &&
  (stringAt(value, 'metadata', 'name') !== undefined || value['kind'] === 'Input');
