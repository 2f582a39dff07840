import { parse } from 'yaml';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { type Declared, titleOf } from '../operation.ts';
import { isObject, type JsonObject, words } from './json.ts';
import { operationsOf } from './operations.ts';

/** Longest document: what a ConfigMap can hold. */
const maxLength = 1024 * 1024;

/**
 * What an OpenAPI 3.0 or 3.1 document declares, read from JSON or YAML. By hand, as a validator refuses the
 * whole of a document for one wrong operation, and what a tool can express decides here, not what is valid.
 * The error is the end of a sentence, and repeats nothing of the text but its version.
 */
export const readOpenApi = (text: string): Result<Declared, string> => {
  if (text.length > maxLength) return fail('must not be longer than 1 MiB');
  const document = parsed(text);
  if (!isObject(document)) return fail('must be an OpenAPI document in JSON or YAML');
  const { openapi, swagger } = document;
  if (swagger !== undefined) return fail('must be OpenAPI 3, not Swagger 2: convert it');
  if (!/^3\.[01](\.|$)/.test(String(openapi)))
    return fail(`must be OpenAPI 3.0 or 3.1, and says ${JSON.stringify(words(String(openapi), 20) ?? '')}`);
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

const parsed = (text: string): JsonObject | undefined => {
  try {
    const document: unknown = /^\s*\{/.test(text)
      ? JSON.parse(text)
      : parse(text, { logLevel: 'error', prettyErrors: false, maxAliasCount: 100 });
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
};
