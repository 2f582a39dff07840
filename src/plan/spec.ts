import type { z } from 'zod';
import { fail, ok, type Result } from '../contract/result.ts';
import { hostilePath, maxString, overlongPath } from './hostile.ts';

/** Longest message about a spec: a status and an event can bear it. */
const maxMessage = 400;

/** Parses a spec by its schema. The error names each field and what is accepted, and repeats no value. */
export const parseSpec = <T>(schema: z.ZodType<T>, spec: unknown): Result<T, string> => {
  const overlong = overlongPath(spec);
  if (overlong) return fail(`${cut(overlong)}: must not be longer than ${maxString} characters`);
  const parsed = schema.safeParse(spec);
  if (!parsed.success) return fail(describe(parsed.error));
  const hostile = hostilePath(parsed.data);
  return hostile
    ? fail(`${hostile} must not contain "\${" or "{{", which servers interpolate.`)
    : ok(parsed.data);
};

/** The issues of a zod error as one sentence, the same for spec, Input and settings. */
export const describe = (error: z.ZodError, root = 'spec'): string => {
  const sentences = error.issues.map(
    ({ path, message }) => `${[root, ...path.map(String)].join('.')}: ${message}`,
  );
  const all = [...new Set(sentences)].join('; ');
  return cut(all);
};

const cut = (text: string): string => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);
