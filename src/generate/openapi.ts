import { z } from 'zod';
import type { CelRule } from '../schema/fields.ts';

/** A regular expression, and what is said to those who do not match it. */
export interface Pattern {
  source: string;
  message: string;
}

/**
 * An OpenAPI 3.0 schema as zod gives it, with notes of what zod leaves out: the messages of patterns, the
 * keys of maps, and the refinements, which have no counterpart in OpenAPI.
 */
export interface NotedSchema {
  [keyword: string]: unknown;
  'x-patterns'?: Pattern[];
  'x-keys'?: NotedSchema;
  /** Why a pattern has no counterpart in CEL. */
  'x-problem'?: string;
  /** Messages of the refinements; empty where a refinement has no message of its own. */
  'x-refinements'?: string[];
  'x-kubernetes-validations'?: CelRule[];
  'x-claims-validations'?: CelRule[];
}

/** Converts what a person may write (before defaults are applied). Throws on what OpenAPI cannot express. */
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

/** Why an expression does not mean the same in JavaScript and in RE2, the engine of CEL. */
function problemOf(def: z.core.$ZodCheckRegexDef): string | undefined {
  const { pattern } = def;
  if (messageOf(def) === '') return `the pattern ${pattern} has no message`;
  if (pattern.flags !== '') return `the flags of ${pattern} have no counterpart in CEL`;
  if (/\(\?(?!:)|\\[1-9k]/.test(pattern.source))
    return `${pattern} is not for RE2: look-around or back-reference`;
  if (pattern.source.includes("'")) return `${pattern} holds a quote, which a raw CEL string cannot`;
  return undefined;
}
