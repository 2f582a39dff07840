import type { z } from 'zod';
import { fail, ok, type Result } from '../contract/result.ts';
import { hostileMarks, hostileMessage } from '../schema/fields.ts';
import { hostilePath, isTooDeep, maxDepth, maxString, overlongPath } from './hostile.ts';

/** Maximum length of a message about a spec, for a status and an event. */
const maxMessage = 400;

/** Maximum number of issues in a message about a spec. */
const maxIssues = 20;

/** Parses a spec by its schema. The error names each field and what is accepted, and repeats no value. */
export const parseSpec = <T>(schema: z.ZodType<T>, spec: unknown): Result<T, string> => {
  if (isTooDeep(spec)) return fail(`spec: must not be nested deeper than ${maxDepth}`);
  // A path is searched only if there can be one, because the search takes longer than parsing.
  const overlong = textOf(spec).length > maxString && overlongPath(spec);
  if (overlong) return fail(`${cut(overlong)}: must not be longer than ${maxString} characters`);
  const parsed = schema.safeParse(spec);
  if (!parsed.success) return fail(describe(parsed.error));
  const text = textOf(parsed.data);
  const hostile = hostileMarks.some((mark) => text.includes(mark)) && hostilePath(parsed.data);
  return hostile ? fail(`${cut(hostile)}: ${hostileMessage}`) : ok(parsed.data);
};

const textOf = (value: unknown): string => JSON.stringify(value) ?? '';

/** The issues of a zod error as one sentence, for specs, the Input and the settings. */
export const describe = (error: z.ZodError, root = 'spec'): string => {
  const sentences = error.issues
    .slice(0, maxIssues)
    .map(
      ({ path, message }) => `${[root, ...path.map((key) => cut(String(key)))].join('.')}: ${cut(message)}`,
    );
  const all = [...new Set(sentences)].join('; ');
  return cut(all);
};

const cut = (text: string): string => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);
