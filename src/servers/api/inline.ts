import { z } from 'zod';
import { text } from '../../schema/fields.ts';
import { ruled } from '../../schema/rules.ts';
import { type Declared, methods, type Operation, type Parameter, type ValueType } from './operation.ts';
import { isChecked } from './pattern.ts';
import { operationRules, parameterRules } from './rules.ts';

const Scalar = z.enum(['string', 'integer', 'number', 'boolean']);

/** A parameter of an operation, as a tenant declares it. */
const InlineParameter = ruled(
  z.object({
    name: text(64, 'Name of the parameter.').regex(
      /^[A-Za-z0-9_.[\]-]+$/,
      'must consist of letters, digits, "_", "-", ".", "[" or "]"',
    ),
    in: z
      .enum(['path', 'query', 'header', 'body'])
      .meta({ description: 'Place of the parameter. body: a field of the JSON body.' }),
    type: z
      .enum([...Scalar.options, 'array', 'object'])
      .default('string')
      .meta({ description: 'Type of the value.' }),
    items: Scalar.optional().meta({
      description: 'Type of the items of an array. Default: string.',
    }),
    required: z.boolean().optional().meta({
      description:
        'Whether callers must set the parameter. Parameters in the path are always required. Parameters in a header are required by default, and can be optional only if they have a default.',
    }),
    description: text(500, 'Meaning of the parameter, for the models that use it.').optional(),
    enum: z
      .array(text(64, 'A value.'))
      .min(1)
      .max(32)
      .optional()
      .meta({ description: 'Accepted values of a string.' }),
    pattern: text(500, 'Regular expression (RE2) that the whole string must match.').optional(),
    minimum: z.int().optional().meta({ description: 'Minimum value of a number.' }),
    maximum: z.int().optional().meta({ description: 'Maximum value of a number.' }),
    default: text(200, 'Value of a string that the caller does not set.').optional(),
  }),
  parameterRules,
  { description: 'A parameter of the operation.' },
);
export type InlineParameter = z.infer<typeof InlineParameter>;

/** One operation, as a tenant declares it. */
export const InlineOperation = ruled(
  z.object({
    name: text(64, 'Name of the operation. The name of its tool begins with it.').regex(
      /^[A-Za-z0-9_-]+$/,
      'must consist of letters, digits, "_" or "-"',
    ),
    method: z.enum(methods).default('GET').meta({ description: 'HTTP method.' }),
    path: text(500, 'Path below baseUrl, with parameters in braces, such as "/todos/{id}".').regex(
      // no segment is empty, "." or ".."
      /^(\/\.?[A-Za-z0-9_~!&()*+,;=:@{}[\]-][A-Za-z0-9._~!&()*+,;=:@{}[\]-]*)*\/?$/,
      'must start with "/", must not contain escapes, and must have parameters in braces',
    ),
    description: text(1000, 'Effect of the operation, for the models that use it.').optional(),
    parameters: z
      .array(InlineParameter)
      .max(16)
      .default([])
      .meta({ description: 'Parameters of the operation.' }),
  }),
  operationRules,
  { description: 'An operation.' },
);
export type InlineOperation = z.infer<typeof InlineOperation>;

/** Why MCP Toolbox cannot serve operations that the schema accepts, as a sentence. */
export const inlineProblem = (operations: readonly InlineOperation[]): string | undefined => {
  for (const [index, { parameters }] of operations.entries()) {
    const at = parameters.findIndex(({ pattern }) => pattern !== undefined && !isChecked(pattern));
    if (at !== -1)
      return `spec.operations.${index}.parameters.${at}.pattern must be a regular expression in RE2 syntax with at most 500 characters. It must not contain look-around or back references, or repeat a part more than 1000 times.`;
  }
  return undefined;
};

/** The operations that a spec declares, in the same form as those of documents. */
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
