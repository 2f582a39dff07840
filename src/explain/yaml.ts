import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
} from 'yaml';
import type { JsonObject } from '../contract/kube.ts';
import { isObject, listAt, stringAt } from '../contract/observed.ts';
import type { Path } from './unknown-fields.ts';

/** An object, and where it was read. */
export interface Loaded {
  object: JsonObject;
  /** `file:line`. */
  at: string;
  /** `file:line` of a field; of the closest field above it if it is not in the text. */
  where: (path: Path) => string;
}

/** The objects of a text, and the errors in it. */
export interface Parsed {
  objects: Loaded[];
  /** Each is `file:line: sentence`. */
  errors: string[];
}

/** The errors of the YAML parser by their code. The messages of the parser quote the text, which may be of a Secret. */
const sentences: Record<string, string> = {
  BAD_DQ_ESCAPE: 'a double-quoted string has an unknown escape sequence',
  BAD_INDENT: 'the indentation is wrong',
  BAD_SCALAR_START: 'a string that starts with a reserved character must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a string that contains ": " must be quoted',
  DUPLICATE_KEY: 'the key is duplicated',
  MISSING_CHAR: 'a quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line',
  RESOURCE_EXHAUSTION: 'lists and maps are nested too deep',
  NON_STRING_KEY: 'a key must be a string',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_ALIAS: 'the alias has no anchor; a string that starts with "*" must be quoted',
};

/** Reads the objects of a text with any number of YAML or JSON documents. An invalid document does not hide the others. */
export const parseObjects = (text: string, file: string): Parsed => {
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
    const isList = isObject(value) && value['kind'] === 'List';
    const objects = isList ? listAt(value, 'items') : [value];
    for (const [index, object] of objects.entries()) {
      const root = isList ? ['items', index] : [];
      const where = (path: Path): string => at(offsetOf(document, [...root, ...path]));
      const start = isList ? where([]) : place;
      if (isKubernetesObject(object)) loaded.push({ object, at: start, where });
      else errors.push(`${start}: not a Kubernetes object: it must have apiVersion, kind and metadata.name`);
    }
  }
  return { objects: loaded, errors };
};

/** Where a value starts, or its key if it has one. */
const offsetOf = (document: Document.Parsed, path: Path): number => {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) break;
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset;
    } else break;
  }
  return offset;
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

/** Undefined if aliases multiply, or if a merged value is not a map. */
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
