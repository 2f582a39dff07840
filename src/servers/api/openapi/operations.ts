import { fail, ok, type Result } from '../../../contract/result.ts';
import { type Declared, type LeftOut, type Method, methods, type Operation } from '../operation.ts';
import { pathProblem } from '../path.ts';
import { bodyOf } from './body.ts';
import { isObject, type JsonObject, member, shortText, words } from './json.ts';
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
  for (const { path, method, item, raw } of callsOf(document, reading)) {
    const name = nameOf(raw);
    const omit = (reason: string) =>
      leftOut.push({
        ...(name !== undefined && { name }),
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
    if (method === undefined) continue;
    if (name !== undefined && names.has(name)) {
      omit('another operation has the same operationId');
      continue;
    }
    const operation = operationOf({ name, method, path, item: item.value, raw, reading, noted });
    if (!operation.ok) {
      omit(operation.error);
      continue;
    }
    if (name !== undefined) names.add(name);
    operations.push(operation.value);
  }
  return { operations, leftOut };
};

/** Every operation of a document, and every path that cannot be read. */
function* callsOf(document: JsonObject, reading: Reading) {
  for (const [path, rawItem] of reading.members(document['paths'])) {
    const item = reading.resolve(rawItem);
    if (!item.ok) yield { path, item, method: undefined, raw: undefined };
    else
      for (const method of methods) {
        const raw = member(item.value, method.toLowerCase());
        if (raw !== undefined) yield { path, item, method, raw };
      }
  }
}

/** A path as text for people. */
const shown = (path: string): string => words(path, 200) ?? '/';

const nameOf = (raw: unknown): string | undefined => {
  const id = shortText(member(raw, 'operationId'), 200);
  return id !== undefined && id !== '' && id.isWellFormed() ? id : undefined;
};

interface Found {
  name: string | undefined;
  method: Method;
  path: string;
  item: JsonObject;
  raw: unknown;
  reading: Reading;
  noted: ReturnType<typeof startNotes>;
}

const operationOf = ({ name, method, path, item, raw, reading, noted }: Found): Result<Operation, string> => {
  if (!isObject(raw)) return fail('it is not an object');
  const parameters = parametersOf(item, raw, reading);
  if (!parameters.ok) return parameters;
  const problem = pathProblem(path, parameters.value.parameters);
  if (problem !== undefined) return fail(problem);
  const bodiless = method === 'GET' || method === 'HEAD';
  const body = bodiless ? ok({ parameters: [], notes: [] }) : bodyOf(raw, reading);
  if (!body.ok) return body;
  const notes = noted([...parameters.value.notes, ...body.value.notes]);
  const description = words(
    [words(raw['summary'], 1000), words(raw['description'], 1000)].filter(Boolean).join('. '),
    1000,
  );
  const operation: Operation = {
    ...(name !== undefined && { name }),
    method,
    path,
    ...(description !== undefined && { description }),
    parameters: [...parameters.value.parameters, ...body.value.parameters],
    ...('body' in body.value && { body: body.value.body }),
    ...(notes.length > 0 && { notes }),
  };
  return ok({ ...operation, characters: charactersOf(operation, reading) });
};
