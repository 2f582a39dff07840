import { fail, ok, type Result } from '../../../contract/result.ts';
import { type Declared, type LeftOut, type Method, methods, type Operation } from '../operation.ts';
import { pathProblem } from '../path.ts';
import { bodyOf } from './body.ts';
import { firstOf, type JsonObject, member, shortText, words } from './json.ts';
import { startNotes } from './notes.ts';
import { parametersOf } from './parameters.ts';
import { type Reading, startReading } from './reading.ts';
import { charactersOf } from './weight.ts';

/** Maximum number of operations that are read from one document. */
const maxOperations = 2000;

/**
 * The operations of an OpenAPI document. Each is read separately: an error in one leaves out only that one. The spec
 * defines the URL of the API and the authentication, and the document does not.
 * https://spec.openapis.org/oas/v3.1.1.html#paths-object
 */
export const operationsOf = (document: JsonObject, reading: Reading = startReading(document)): Declared => {
  const operations: Operation[] = [];
  const leftOut: LeftOut[] = [];
  const names = new Set<string>();
  const noted = startNotes();
  const servers = urlsOf(document);
  for (const { path, method, other, item, raw } of callsOf(document, reading)) {
    const call = method === undefined ? undefined : reading.resolve(raw);
    const name = call?.ok ? nameOf(call.value) : undefined;
    const renamed = name !== undefined && names.has(name);
    const omit = (reason: string) =>
      leftOut.push({
        ...(name !== undefined && { name }),
        ...(renamed && { renamed }),
        ...(method !== undefined && { method }),
        path: shown(path),
        reason,
      });
    if (operations.length + leftOut.length >= maxOperations) {
      omit(`the document has more than ${maxOperations} operations`);
      break;
    }
    if (!item.ok) {
      omit(`it ${item.error}`);
      continue;
    }
    if (other !== undefined) {
      omit(`its method ${other.toUpperCase()} is not supported`);
      continue;
    }
    if (method === undefined || call === undefined) continue;
    if (!call.ok) {
      omit(`it ${call.error}`);
      continue;
    }
    const found = { name, renamed, method, path, item: item.value, raw: call.value, servers, reading, noted };
    const operation = operationOf(found);
    if (!operation.ok) {
      omit(operation.error);
      continue;
    }
    if (name !== undefined) names.add(name);
    operations.push(operation.value);
  }
  return { operations, leftOut };
};

/** Methods of OpenAPI without tools. */
const otherMethods = ['options', 'trace'] as const;

interface Listed {
  path: string;
  item: Result<JsonObject, string>;
  method?: Method;
  /** A method that is not supported. */
  other?: string;
  raw?: unknown;
}

/** Every operation of a document, and every path that cannot be read. */
function* callsOf(document: JsonObject, reading: Reading): Generator<Listed> {
  for (const [path, rawItem] of reading.members(document['paths'])) {
    const item = reading.resolve(rawItem);
    if (!item.ok) yield { path, item };
    else {
      for (const method of methods) {
        const raw = member(item.value, method.toLowerCase());
        if (raw !== undefined) yield { path, item, method, raw };
      }
      for (const other of otherMethods)
        if (member(item.value, other) !== undefined) yield { path, item, other };
    }
  }
}

/** A path as text for people. */
const shown = (path: string): string => words(path, 200) ?? '/';

const nameOf = (raw: JsonObject): string | undefined => {
  const id = shortText(raw['operationId'], 200);
  return id !== undefined && id !== '' && id.isWellFormed() ? id : undefined;
};

/** Maximum number of servers that are compared. */
const maxServers = 20;

/** The URLs of the servers of a document, a path or an operation, as they are written. Empty if there are none. */
const urlsOf = (owner: JsonObject): string[] =>
  firstOf(owner['servers'], maxServers).map((server) =>
    (shortText(member(server, 'url'), 500) ?? '').replace(/\/$/, ''),
  );

interface Found {
  name: string | undefined;
  renamed: boolean;
  method: Method;
  path: string;
  item: JsonObject;
  raw: JsonObject;
  servers: readonly string[];
  reading: Reading;
  noted: ReturnType<typeof startNotes>;
}

/**
 * The server of an operation that is not one of the document. `baseUrl` replaces the servers of the document only.
 * https://spec.openapis.org/oas/v3.1.1.html#server-object
 */
const otherServer = ({ item, raw, servers }: Found): string | undefined => {
  const own = [urlsOf(raw), urlsOf(item)].find((urls) => urls.length > 0) ?? [];
  const known = servers.length > 0 ? servers : [''];
  return own.some((url) => known.includes(url)) ? undefined : own[0];
};

const sentencesOf = (summary = '', description = ''): string | undefined => {
  if (summary === '' || description.startsWith(summary)) return words(description, 1000);
  return words(`${summary}${/[.!?:]$/.test(summary) || description === '' ? '' : '.'} ${description}`, 1000);
};

const operationOf = (found: Found): Result<Operation, string> => {
  const { name, renamed, method, path, item, raw, reading, noted } = found;
  const elsewhere = otherServer(found);
  if (elsewhere !== undefined) return fail(`it has its own server ${words(elsewhere, 100) ?? ''}`);
  const parameters = parametersOf(item, raw, reading);
  if (!parameters.ok) return parameters;
  const problem = pathProblem(path, parameters.value.parameters);
  if (problem !== undefined) return fail(problem);
  const body = bodyOf(raw, method, reading);
  if (!body.ok) return body;
  const notes = noted([...parameters.value.notes, ...body.value.notes]);
  const description = sentencesOf(words(raw['summary'], 1000), words(raw['description'], 1000));
  const { body: kind, mediaType } = body.value;
  const operation: Operation = {
    ...(name !== undefined && { name }),
    ...(renamed && { renamed }),
    method,
    path,
    ...(description !== undefined && { description }),
    parameters: [...parameters.value.parameters, ...body.value.parameters],
    ...(kind !== undefined && { body: kind }),
    ...(mediaType !== undefined && { mediaType }),
    ...(notes.length > 0 && { notes }),
  };
  return ok({ ...operation, characters: charactersOf(operation, reading) });
};
