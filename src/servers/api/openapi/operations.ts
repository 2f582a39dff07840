import { fail, ok, type Result } from '../../../contract/result.ts';
import { type Declared, type LeftOut, type Method, methods, type Operation } from '../operation.ts';
import { pathProblem } from '../path.ts';
import { bodyOf } from './body.ts';
import { isObject, type JsonObject, member, members, words } from './json.ts';
import { parametersOf } from './parameters.ts';
import { type Resolve, resolverOf } from './refs.ts';

/** Most operations of one document that are read. */
const maxOperations = 2000;

/**
 * The operations of an OpenAPI document, each by itself: what is wrong with one leaves out that one. Where the
 * API is and how it is logged in to, the spec says and the document does not.
 * https://spec.openapis.org/oas/v3.1.1.html#paths-object
 */
export const operationsOf = (document: JsonObject): Declared => {
  const resolve = resolverOf(document);
  const operations: Operation[] = [];
  const leftOut: LeftOut[] = [];
  const names = new Set<string>();
  for (const [path, rawItem] of members(document['paths'])) {
    const item = resolve(rawItem);
    for (const method of methods) {
      const raw = item.ok ? member(item.value, method.toLowerCase()) : undefined;
      if (!item.ok || raw === undefined) continue;
      const name = nameOf(raw);
      const omit = (reason: string) =>
        leftOut.push({ ...(name !== undefined && { name }), method, path: shown(path), reason });
      if (operations.length + leftOut.length >= maxOperations) {
        omit(`the document has more than ${maxOperations} operations`);
        return { operations, leftOut };
      }
      if (name !== undefined && names.has(name)) {
        omit('another operation has the same operationId');
        continue;
      }
      const operation = operationOf({ name, method, path, item: item.value, raw, resolve });
      if (!operation.ok) {
        omit(operation.error);
        continue;
      }
      if (name !== undefined) names.add(name);
      operations.push(operation.value);
    }
    if (!item.ok) leftOut.push({ path: shown(path), reason: `it ${item.error}` });
  }
  return { operations, leftOut };
};

/** A path for people. */
const shown = (path: string): string => words(path, 200) ?? '/';

const nameOf = (raw: unknown): string | undefined => {
  const id = member(raw, 'operationId');
  return typeof id === 'string' && id !== '' && id.length <= 200 && id.isWellFormed() ? id : undefined;
};

interface Found {
  name: string | undefined;
  method: Method;
  path: string;
  item: JsonObject;
  raw: unknown;
  resolve: Resolve;
}

const operationOf = ({ name, method, path, item, raw, resolve }: Found): Result<Operation, string> => {
  if (!isObject(raw)) return fail('it is not an object');
  const parameters = parametersOf(item, raw, resolve);
  if (!parameters.ok) return parameters;
  const problem = pathProblem(path, parameters.value.parameters);
  if (problem !== undefined) return fail(problem);
  const bodiless = method === 'GET' || method === 'HEAD';
  const body = bodiless ? ok({ parameters: [], notes: [] }) : bodyOf(raw, resolve);
  if (!body.ok) return body;
  const notes = [...parameters.value.notes, ...body.value.notes];
  const description = words([raw['summary'], raw['description']].filter(Boolean).join('. '), 1000);
  return ok({
    ...(name !== undefined && { name }),
    method,
    path,
    ...(description !== undefined && { description }),
    parameters: [...parameters.value.parameters, ...body.value.parameters],
    ...('body' in body.value && { body: body.value.body }),
    ...(notes.length > 0 && { notes }),
  });
};
