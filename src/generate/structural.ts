import type { z } from 'zod';
import type { Flavour } from '../contract/flavour.ts';
import type { Json } from '../contract/kube.ts';
import type { CelRule } from '../schema/fields.ts';
import { type NotedSchema, openapi } from './openapi.ts';

/**
 * The structural schema of a CRD.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface StructuralSchema {
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  default?: Json;
  enum?: Json[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  oneOf?: { required: string[] }[];
  required?: string[];
  items?: StructuralSchema;
  additionalProperties?: StructuralSchema;
  properties?: Record<string, StructuralSchema>;
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-validations'?: CelRule[];
}

/** Keywords that are copied unchanged, in the order of the output. */
const carried = [
  'description',
  'type',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'oneOf',
  'required',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
] as const;

/** Keywords that are converted to others. */
const turned = [
  'properties',
  'items',
  'additionalProperties',
  'x-patterns',
  'x-keys',
  'x-refinements',
  'x-kubernetes-validations',
  'x-claims-validations',
] as const;

/** Keywords that are accepted for an integer or string, such as a quantity. */
const ofIntOrString = ['description', 'default', 'anyOf', 'pattern', 'x-kubernetes-int-or-string'];

const known: ReadonlySet<string> = new Set([...carried, ...turned]);

/** Converts a zod schema to a structural schema. Throws an Error with the path for what cannot be expressed or has no bound. */
export const structural = (schema: z.core.$ZodType, flavour: Flavour): StructuralSchema =>
  walk(openapi(schema), '', flavour);

function walk(schema: NotedSchema, path: string, flavour: Flavour): StructuralSchema {
  const problem = schema['x-problem'] ?? schema['x-keys']?.['x-problem'];
  if (problem) refuse(path, problem);
  if (schema['x-kubernetes-int-or-string']) return intOrString(schema, path);
  for (const keyword of Object.keys(schema)) {
    if (!known.has(keyword)) refuse(path, `the keyword "${keyword}" is not valid in a structural schema`);
  }
  requireBounds(schema, path);
  requireRules(schema, path);

  const node: Record<string, unknown> = {};
  for (const keyword of carried) if (schema[keyword] !== undefined) node[keyword] = schema[keyword];
  if (schema['type'] === undefined) node['x-kubernetes-preserve-unknown-fields'] = true;
  // zod limits every integer to the safe integers of JavaScript. This limit is not worth showing.
  if (node['minimum'] === Number.MIN_SAFE_INTEGER) delete node['minimum'];
  if (node['maximum'] === Number.MAX_SAFE_INTEGER) delete node['maximum'];

  if (schema['items']) node['items'] = walk(schema['items'] as NotedSchema, `${path}[]`, flavour);
  // `false` needs no keyword, because the API server drops unknown fields. Beside properties, `{}` keeps them.
  if (schema['additionalProperties'] && schema['properties'])
    node['x-kubernetes-preserve-unknown-fields'] = true;
  else if (schema['additionalProperties'])
    node['additionalProperties'] = walk(schema['additionalProperties'] as NotedSchema, `${path}.*`, flavour);
  if (schema['properties']) {
    const properties = Object.entries(schema['properties'] as Record<string, NotedSchema>);
    node['properties'] = Object.fromEntries(
      properties.map(([name, property]) => [name, walk(property, path ? `${path}.${name}` : name, flavour)]),
    );
  }
  const rules = rulesOf(schema, flavour);
  if (rules.length > 0) node['x-kubernetes-validations'] = rules;
  return node;
}

/** Without bounds, the API server assumes the longest possible value and refuses the rules as too costly. */
function requireBounds(schema: NotedSchema, path: string): void {
  const has = (keyword: string) => schema[keyword] !== undefined;
  if (schema['type'] === 'string' && !has('maxLength') && !has('enum'))
    refuse(path, 'a string needs maxLength');
  if (schema['type'] === 'array' && !has('maxItems')) refuse(path, 'an array needs maxItems');
  if (schema['additionalProperties'] && !has('properties') && !has('maxProperties'))
    refuse(path, 'a map needs maxProperties');
  if (has('x-keys') && !schema['x-keys']?.['maxLength']) refuse(path, 'the keys of a map need maxLength');
}

/** Without a CEL rule for every refinement, the API server would accept values that the function refuses. */
function requireRules(schema: NotedSchema, path: string): void {
  const rules = schema['x-kubernetes-validations'] ?? [];
  for (const message of schema['x-refinements'] ?? []) {
    const stands =
      message === `at most ${schema['maxProperties'] as number} entries` ||
      message === `at most ${schema['maxLength'] as number} characters` ||
      rules.some((rule) => message === '' || rule.message === message);
    if (!stands) refuse(path, `the refinement "${message}" has no CEL rule with that message`);
  }
}

function rulesOf(schema: NotedSchema, flavour: Flavour): CelRule[] {
  const keys = schema['x-keys'];
  return [
    ...(schema['x-patterns'] ?? []).map(({ source, message }) => ({
      rule: `self.matches(r'${source}')`,
      message,
    })),
    ...(keys ? keyRules(keys) : []),
    ...(schema['x-kubernetes-validations'] ?? []),
    ...(flavour === 'claims' ? (schema['x-claims-validations'] ?? []) : []),
  ];
}

function keyRules(keys: NotedSchema): CelRule[] {
  const longest = keys['maxLength'] as number;
  return [
    {
      rule: `self.all(key, key.size() <= ${longest})`,
      message: `each key must have at most ${longest} characters`,
    },
    ...(keys['x-patterns'] ?? []).map(({ source, message }) => ({
      rule: `self.all(key, key.matches(r'${source}'))`,
      message: `each key ${message}`,
    })),
  ];
}

/** The only union. CEL does not know the size of such a value, so its pattern does not become a rule. */
function intOrString(schema: NotedSchema, path: string): StructuralSchema {
  for (const keyword of Object.keys(schema)) {
    if (!ofIntOrString.includes(keyword)) refuse(path, `an integer or string cannot have "${keyword}"`);
  }
  const variants = (schema['anyOf'] ?? []) as NotedSchema[];
  const integer = variants.find(({ type }) => type === 'integer');
  const string = variants.find(({ type }) => type === 'string');
  const pattern = string?.['x-patterns']?.[0]?.source;
  if (!integer || !string || variants.length !== 2 || !pattern || !string['maxLength'])
    return refuse(path, 'must be a union of an integer and a string with a pattern and maxLength');
  return {
    ...(schema['description'] ? { description: schema['description'] as string } : {}),
    ...(schema['default'] === undefined ? {} : { default: schema['default'] as Json }),
    ...(integer['minimum'] === undefined ? {} : { minimum: integer['minimum'] as number }),
    maxLength: string['maxLength'] as number,
    pattern,
    'x-kubernetes-int-or-string': true,
  };
}

function refuse(path: string, why: string): never {
  throw new Error(`${path || 'the root'}: ${why}`);
}
