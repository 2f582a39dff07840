import { z } from 'zod';
import { text } from '../../schema/fields.ts';
import { ruled } from '../../schema/rules.ts';
import { type Declared, methods, type Operation, type Parameter, type ValueType } from './operation.ts';
import { isChecked } from './pattern.ts';
import { operationRules, parameterRules } from './rules.ts';

const Scalar = z.enum(['string', 'integer', 'number', 'boolean']);

/** What a caller of an operation gives, as a tenant declares it. */
const InlineParameter = ruled(
  z.object({
    name: text(64, 'Name of the parameter.').regex(
      /^[A-Za-z0-9_.[\]-]+$/,
      'must consist of letters, digits, "_", "-", ".", "[" or "]"',
    ),
    in: z
      .enum(['path', 'query', 'header', 'body'])
      .meta({ description: 'Where it goes; body: a field of a JSON body.' }),
    type: z
      .enum([...Scalar.options, 'array', 'object'])
      .default('string')
      .meta({ description: 'What its value is.' }),
    items: Scalar.optional().meta({
      description: 'What the values of an array are; string by default.',
    }),
    required: z
      .boolean()
      .optional()
      .meta({ description: 'Whether it must be given, as one in the path or in a header always must.' }),
    description: text(500, 'What it means, for the models that use it.').optional(),
    enum: z
      .array(text(64, 'A value.'))
      .min(1)
      .max(32)
      .optional()
      .meta({ description: 'The only values that a string may have.' }),
    pattern: text(
      500,
      'Regular expression that a string must match from its first character to its last.',
    ).optional(),
    minimum: z.int().optional().meta({ description: 'Smallest value of a number.' }),
    maximum: z.int().optional().meta({ description: 'Largest value of a number.' }),
    default: text(200, 'Value of a string that is not given.').optional(),
  }),
  parameterRules,
  { description: 'What a caller gives.' },
);
export type InlineParameter = z.infer<typeof InlineParameter>;

/** One operation, as a tenant declares it. */
export const InlineOperation = ruled(
  z.object({
    name: text(64, 'Name of the operation, from which the name of its tool is made.').regex(
      /^[A-Za-z0-9_-]+$/,
      'must consist of letters, digits, "_" or "-"',
    ),
    method: z.enum(methods).default('GET').meta({ description: 'Method of the request.' }),
    path: text(500, 'Path below baseUrl, with its parameters in braces: "/todos/{id}".').regex(
      // no segment is empty, "." or ".."
      /^(\/\.?[A-Za-z0-9_~!&()*+,;=:@{}[\]-][A-Za-z0-9._~!&()*+,;=:@{}[\]-]*)*\/?$/,
      'must start with "/" and consist of plain characters and parameters in braces',
    ),
    description: text(1000, 'What it does, for the models that use it.').optional(),
    parameters: z.array(InlineParameter).max(16).default([]).meta({ description: 'What callers give.' }),
  }),
  operationRules,
  { description: 'An operation.' },
);
export type InlineOperation = z.infer<typeof InlineOperation>;

/** What MCP Toolbox could not do with operations that parse, as a sentence. */
export const inlineProblem = (operations: readonly InlineOperation[]): string | undefined => {
  for (const [index, { parameters }] of operations.entries()) {
    const at = parameters.findIndex(({ pattern }) => pattern !== undefined && !isChecked(pattern));
    if (at !== -1)
      return `spec.operations.${index}.parameters.${at}.pattern must be a regular expression in the syntax of RE2, of at most 500 characters: without look-around and back references, and with at most 1000 copies of one part.`;
  }
  return undefined;
};

/** What a spec declares, in the form that documents come to as well. */
export const declaredInline = (operations: readonly InlineOperation[]): Declared => ({
  operations: operations.map(({ name, method, path, description, parameters }): Operation => {
    const hasBody = parameters.some((it) => it.in === 'body');
    return {
      name,
      method,
      path,
      ...(description !== undefined && { description }),
      parameters: parameters.map(parameterOf),
      ...(hasBody && { body: 'fields' as const }),
    };
  }),
  leftOut: [],
});

const parameterOf = (it: InlineParameter): Parameter => ({
  name: it.name,
  in: it.in,
  type: typeOf(it),
  required: it.in === 'path' || (it.required ?? it.in === 'header'),
  ...(it.description !== undefined && { description: it.description }),
  ...(it.default !== undefined && { default: it.default }),
  ...(it.in === 'query' && {
    style: it.type === 'array' ? ('repeated' as const) : ('single' as const),
  }),
});

const typeOf = ({
  type,
  items = 'string',
  enum: values,
  pattern,
  minimum,
  maximum,
}: InlineParameter): ValueType => {
  switch (type) {
    case 'string':
      return { kind: type, ...(values && { values }), ...(pattern !== undefined && { pattern }) };
    case 'integer':
    case 'number':
      return {
        kind: type,
        ...(minimum !== undefined && { minimum }),
        ...(maximum !== undefined && { maximum }),
      };
    case 'boolean':
      return { kind: type };
    case 'array':
      return { kind: type, items: { kind: items } };
    case 'object':
      return { kind: 'map' };
  }
};
