import { fail, ok, type Result } from '../../../contract/result.ts';
import { type Declared, titleOf } from '../operation.ts';
import { isObject, words } from './json.ts';
import { operationsOf } from './operations.ts';
import { parseDocument } from './text.ts';

/**
 * Reads the operations of an OpenAPI 3.0 or 3.1 document in JSON or YAML. No validator is used, because a validator
 * refuses the whole document for one invalid operation. The result is plain data, which can be passed between threads.
 * The error is the end of a sentence. It contains nothing from the text except its version and names of operations.
 */
export const readOpenApi = (text: string): Result<Declared, string> => {
  const parsed = parseDocument(text);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const { openapi, swagger } = document;
  if (swagger !== undefined)
    return fail('must be OpenAPI 3.0 or 3.1, but is Swagger 2: convert the document');
  if (openapi === undefined)
    return fail(
      'must be OpenAPI 3.0 or 3.1, but has no version: add the field openapi with the version that it follows, such as 3.0.3',
    );
  const version = versionOf(openapi);
  if (version === undefined)
    return fail('must be OpenAPI 3.0 or 3.1, but its field openapi is not a version');
  if (!/^3\.[01](\.|$)/.test(version))
    return fail(`must be OpenAPI 3.0 or 3.1, but has version ${JSON.stringify(words(version, 20) ?? '')}`);
  if (!isObject(document['paths'])) return fail('must have paths');
  const declared = operationsOf(document);
  const first = declared.leftOut[0];
  return declared.operations.length > 0
    ? ok(declared)
    : fail(
        first
          ? `has no operation that can be served: ${titleOf(first)}: ${first.reason}`
          : 'has no operations',
      );
};

/** The version, which is a number if it has no quotes in YAML: `openapi: 3.0`. */
const versionOf = (openapi: unknown): string | undefined => {
  if (typeof openapi === 'number') return Number.isInteger(openapi) ? openapi.toFixed(1) : String(openapi);
  return typeof openapi === 'string' ? openapi.slice(0, 100) : undefined;
};
