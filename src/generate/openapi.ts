import { z } from 'zod';
import type { CelRule } from '../schema/fields.ts';

/** A regular expression, and the message for values that do not match. */
export interface Pattern {
  source: string;
  message: string;
}

/**
 * An OpenAPI 3.0 schema from zod, with notes of what zod leaves out: the messages of patterns, the keys of maps, and
 * the refinements, which OpenAPI cannot express.
 */
export interface NotedSchema {
  [keyword: string]: unknown;
  'x-patterns'?: Pattern[];
  'x-keys'?: NotedSchema;
  /** Why a pattern cannot be expressed in CEL. */
  'x-problem'?: string;
  /** Messages of the refinements. The message is empty if a refinement has none. */
  'x-refinements'?: string[];
  'x-kubernetes-validations'?: CelRule[];
  'x-claims-validations'?: CelRule[];
}

/** Converts the input of a schema (before defaults are applied). Throws an Error for what OpenAPI cannot express. */
export const openapi = (schema: z.core.$ZodType): NotedSchema =>
  z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'throw',
    cycles: 'throw',
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => note(zodSchema, jsonSchema as NotedSchema),
  }) as NotedSchema;

function note(zodSchema: z.core.$ZodTypes, schema: NotedSchema): void {
  const definition = zodSchema._zod.def;
  const checks = (definition.checks ?? []).map((check) => check._zod.def);
  const regexes = checks.filter(isRegex);
  if (regexes.length > 0) {
    schema['x-patterns'] = regexes.map((def) => ({ source: sourceOf(def.pattern), message: messageOf(def) }));
    const problem = regexes.map(problemOf).find(Boolean);
    if (problem) schema['x-problem'] = problem;
    delete schema['pattern'];
    delete schema['allOf'];
  }
  const refinements = checks.filter(({ check }) => check === 'custom').map(messageOf);
  if (refinements.length > 0) schema['x-refinements'] = refinements;
  if (definition.type === 'record') schema['x-keys'] = openapi(definition.keyType);
}

type CheckDefinition = z.core.$ZodCheckDef;

const isRegex = (def: CheckDefinition): def is z.core.$ZodCheckRegexDef =>
  def.check === 'string_format' && 'format' in def && def.format === 'regex';

function messageOf({ error }: CheckDefinition): string {
  const said = (error as z.core.$ZodErrorMap | undefined)?.({ code: 'custom', input: '', path: [] });
  return (typeof said === 'string' ? said : said?.message) ?? '';
}

const sourceOf = (pattern: RegExp) => pattern.source.replaceAll('\\/', '/');

/** Why an expression has another meaning in RE2, the engine of CEL, than in JavaScript. Undefined if it means the same. */
function problemOf(def: z.core.$ZodCheckRegexDef): string | undefined {
  const { pattern } = def;
  if (messageOf(def) === '') return `the pattern ${pattern} has no message`;
  // RE2 always reads code points, as JavaScript does with this flag.
  if (!['', 'u'].includes(pattern.flags)) return `the flags of ${pattern} cannot be expressed in CEL`;
  if (/\(\?(?!:)|\\[1-9k]/.test(pattern.source))
    return `${pattern} is not valid in RE2: remove look-around and back-references`;
  if (pattern.source.includes("'"))
    return `${pattern} contains a quote, which a raw CEL string cannot contain`;
  return undefined;
}
