import type { z } from 'zod';
import { canonicalJson } from '../contract/hash.ts';
import { type Remembered, remembered } from '../contract/remember.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { hostilePath, isTooDeep, maxDepth, maxString, overlongPath } from './hostile.ts';

/** Longest message about a spec: a status and an event can bear it. */
const maxMessage = 400;

/** Most issues of a spec that a message tells. */
const maxIssues = 20;

/** Parses a spec by its schema. The error names each field and what is accepted, and repeats no value. */
export const parseSpec = <T>(schema: z.ZodType<T>, spec: unknown): Result<T, string> => {
  if (isTooDeep(spec)) return fail(`spec: must not be nested deeper than ${maxDepth}`);
  const overlong = overlongPath(spec);
  if (overlong) return fail(`${cut(overlong)}: must not be longer than ${maxString} characters`);
  const parsed = schema.safeParse(spec);
  if (!parsed.success) return fail(describe(parsed.error));
  const hostile = hostilePath(parsed.data);
  return hostile
    ? fail(`${hostile} must not contain "\${" or "{{", which servers interpolate.`)
    : ok(parsed.data);
};

/** Specs that were parsed, by schema. */
const known = new WeakMap<z.ZodType, Remembered<Result<unknown, string>>>();

/** Characters of specs that are remembered of each schema: those of 500 Resources of a tenant, of some thousand in all. */
const bounds = { perTenant: 1024 * 1024, total: 4 * 1024 * 1024 };

/**
 * As {@link parseSpec}, and the very same object for the same spec while that is remembered: the specs of all
 * Resources come with every call, and hardly ever change. What is made of it can be remembered by that object.
 */
export const parseSpecOnce = <T>(schema: z.ZodType<T>, spec: unknown, tenant: string): Result<T, string> => {
  const memory = known.get(schema) ?? remembered<Result<unknown, string>>(bounds);
  known.set(schema, memory);
  return memory.of(tenant, canonicalJson(spec), () => {
    const parsed = parseSpec(schema, spec);
    return parsed.ok ? ok(frozen(parsed.value)) : parsed;
  }) as Result<T, string>;
};

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const child of Object.values(value)) frozen(child);
  }
  return value;
};

/** The issues of a zod error as one sentence, the same for spec, Input and settings. */
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
