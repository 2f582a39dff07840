import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { structural } from '../../src/generate/structural.ts';
import { atMost, cel, celForClaims, labels, quantity, text } from '../../src/schema/fields.ts';

const word = z
  .string()
  .max(8)
  .regex(/^[a-z]+$/, 'must be a word');

describe('a zod schema becomes a structural schema', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['an object that drops what it does not know', z.strictObject({}), { type: 'object', properties: {} }],
    [
      'defaults, nested ones through a default for their parent',
      z.object({ a: z.object({ b: z.boolean().default(true) }).prefault({}) }),
      {
        type: 'object',
        properties: {
          a: { type: 'object', default: {}, properties: { b: { type: 'boolean', default: true } } },
        },
      },
    ],
    [
      'required fields and optional ones',
      z.object({ a: z.boolean(), b: z.boolean().optional() }),
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'boolean' }, b: { type: 'boolean' } },
      },
    ],
    [
      'a pattern, as a rule with its message',
      word.meta({ description: 'A word.' }),
      {
        description: 'A word.',
        type: 'string',
        maxLength: 8,
        'x-kubernetes-validations': [{ rule: "self.matches(r'^[a-z]+$')", message: 'must be a word' }],
      },
    ],
    [
      'two patterns, as two rules',
      word.regex(/^a/, 'must begin with "a"'),
      {
        type: 'string',
        maxLength: 8,
        'x-kubernetes-validations': [
          { rule: "self.matches(r'^[a-z]+$')", message: 'must be a word' },
          { rule: "self.matches(r'^a')", message: 'must begin with "a"' },
        ],
      },
    ],
    [
      'a refinement, by the rule that stands beside it',
      z
        .array(word)
        .max(3)
        .refine((list) => list[0] !== 'x', 'not x')
        .meta(cel({ rule: 'r', message: 'not x' })),
      {
        type: 'array',
        maxItems: 3,
        items: {
          type: 'string',
          maxLength: 8,
          'x-kubernetes-validations': [{ rule: "self.matches(r'^[a-z]+$')", message: 'must be a word' }],
        },
        'x-kubernetes-validations': [{ rule: 'r', message: 'not x' }],
      },
    ],
    [
      'a map, with rules for its keys',
      z
        .record(word, z.boolean())
        .refine(...atMost(2))
        .meta({ maxProperties: 2 }),
      {
        type: 'object',
        maxProperties: 2,
        additionalProperties: { type: 'boolean' },
        'x-kubernetes-validations': [
          { rule: 'self.all(key, key.size() <= 8)', message: 'each key must have at most 8 characters' },
          { rule: "self.all(key, key.matches(r'^[a-z]+$'))", message: 'each key must be a word' },
        ],
      },
    ],
    [
      'a quantity',
      quantity,
      {
        minimum: 0,
        maxLength: 32,
        pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$',
        'x-kubernetes-int-or-string': true,
      },
    ],
    ['an integer without zod’s own bounds', z.int(), { type: 'integer' }],
    ['a literal', z.literal('a'), { type: 'string', enum: ['a'] }],
    [
      'what is kept without a schema',
      z.object({ a: z.unknown(), b: z.looseObject({}) }),
      {
        type: 'object',
        required: ['a', 'b'],
        properties: {
          a: { 'x-kubernetes-preserve-unknown-fields': true },
          b: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: {} },
        },
      },
    ],
    [
      'extensions of Kubernetes',
      z.array(z.boolean()).max(3).meta({ 'x-kubernetes-list-type': 'atomic' }),
      { type: 'array', maxItems: 3, items: { type: 'boolean' }, 'x-kubernetes-list-type': 'atomic' },
    ],
  ])('%s', (_, schema, expected) => {
    expect(structural(schema, 'namespaced')).toEqual(expected);
  });

  it('keeps rules for claims out of the other flavour', () => {
    const schema = z.object({ a: z.boolean().meta(celForClaims({ rule: 'c', message: 'm' })) });
    const rules = (flavour: 'claims' | 'namespaced') =>
      structural(schema, flavour).properties?.['a']?.['x-kubernetes-validations'];
    expect(rules('claims')).toEqual([{ rule: 'c', message: 'm' }]);
    expect(rules('namespaced')).toBeUndefined();
  });

  it('counts characters as the API server does', () => {
    const field = text(3, 'Text.');
    expect(structural(field, 'claims').maxLength).toBe(3);
    expect(field.safeParse('💥💥💥').success).toBe(true);
    expect(field.safeParse('💥💥💥💥').error?.issues[0]?.message).toBe('at most 3 characters');
  });
});

describe('what the API server cannot hold is refused with its path', () => {
  const inside = (schema: z.ZodType) => z.object({ list: z.array(z.object({ leaf: schema })).max(1) });
  it.each<[string, z.ZodType, string]>([
    ['a string without bound', z.string(), 'list[].leaf: a string needs maxLength'],
    ['a list without bound', z.array(z.boolean()), 'list[].leaf: an array needs maxItems'],
    ['a map without bound', z.record(word, z.boolean()), 'list[].leaf: a map needs maxProperties'],
    [
      'keys without bound',
      z.record(z.string(), z.boolean()).meta({ maxProperties: 1 }),
      'list[].leaf: the keys of a map need maxLength',
    ],
    ['a format', z.email().max(9), 'list[].leaf: the keyword "format" is not valid in a structural schema'],
    [
      'a title',
      z.boolean().meta({ title: 'T' }),
      'list[].leaf: the keyword "title" is not valid in a structural schema',
    ],
    [
      'a union',
      z.union([z.boolean(), z.int()]),
      'list[].leaf: the keyword "anyOf" is not valid in a structural schema',
    ],
    [
      'null',
      z.boolean().nullable(),
      'list[].leaf: the keyword "nullable" is not valid in a structural schema',
    ],
    [
      'a refinement that only zod knows',
      word.refine((value) => value !== 'x', 'not x'),
      'list[].leaf: the refinement "not x" has no CEL rule with that message',
    ],
    [
      'a refinement whose rule was replaced',
      text(9, 'Text.').meta(cel({ rule: 'r', message: 'm' })),
      'list[].leaf: the refinement "must not contain "${" or "{{", because servers interpolate them" has no CEL rule with that message',
    ],
    [
      'a limit on entries that is not the map’s own',
      labels(4, 'Labels.').meta({ maxProperties: 5 }),
      'list[].leaf: the refinement "at most 4 entries" has no CEL rule with that message',
    ],
    [
      'an integer or string without pattern',
      z.union([z.int(), z.string().max(3)]).meta({ 'x-kubernetes-int-or-string': true }),
      'list[].leaf: must be a union of an integer and a string with a pattern and maxLength',
    ],
    [
      'a pattern without message',
      z.string().max(3).regex(/^a/),
      'list[].leaf: the pattern /^a/ has no message',
    ],
    [
      'a pattern with flags',
      z.string().max(3).regex(/^a/i, 'm'),
      'list[].leaf: the flags of /^a/i cannot be expressed in CEL',
    ],
    [
      'a look-ahead',
      z
        .string()
        .max(3)
        .regex(/^(?!a)/, 'm'),
      'list[].leaf: /^(?!a)/ is not valid in RE2: remove look-around and back-references',
    ],
    [
      'a quote',
      z.string().max(3).regex(/^[']/, 'm'),
      "list[].leaf: /^[']/ contains a quote, which a raw CEL string cannot contain",
    ],
    [
      'a look-ahead in a key',
      z
        .record(
          z
            .string()
            .max(3)
            .regex(/^(?!a)/, 'm'),
          z.boolean(),
        )
        .meta({ maxProperties: 1 }),
      'list[].leaf: /^(?!a)/ is not valid in RE2: remove look-around and back-references',
    ],
    ['a date', z.date(), 'Date cannot be represented in JSON Schema'],
  ])('%s', (_, schema, message) => {
    expect(() => structural(inside(schema), 'claims')).toThrow(message);
  });
});
