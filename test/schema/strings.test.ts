import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structural } from '../../src/generate/structural.ts';
import { InputSpec, PlatformSettings } from '../../src/schema/settings.ts';
import { everyApi, isText, type Node, nodes } from './apis.ts';

const hostileRule = "!self.contains('${') && !self.contains('{{')";

/** The expressions of rules of one form, such as `self.matches(r'…')`. */
const expressions = ({ schema }: Node, before: string, after: string) =>
  (schema['x-kubernetes-validations'] ?? [])
    .map(({ rule }) => rule)
    .filter((rule) => rule.startsWith(before) && rule.endsWith(after))
    // RE2 reads code points, as this flag does
    .map((rule) => new RegExp(rule.slice(before.length, -after.length), 'u'));

/** Strings that a server or the renderer would interpolate, with printable text around the mark. */
const hostile = fc
  .tuple(fc.string(), fc.constantFrom('${', '{{', '${A}', '{{.A}}'), fc.string())
  .map((parts) => parts.join(''));

function refusesHostile(patterns: readonly RegExp[]): void {
  fc.assert(fc.property(hostile, (text) => patterns.some((pattern) => !pattern.test(text))));
}

describe.each(everyApi)('strings of $title', ({ schema }) => {
  const texts = nodes(schema).filter(isText);

  it('are all bounded', () => {
    expect(texts.length).toBeGreaterThan(5);
    const unbounded = texts.filter(({ schema: { enum: values, maxLength } }) => !values && !maxLength);
    expect(unbounded.map(({ path }) => path)).toEqual([]);
  });

  it.each(texts.filter(({ path }) => path.startsWith('spec.')))(
    '$path refuses what servers interpolate',
    (node) => {
      const { enum: values, pattern, 'x-kubernetes-validations': rules = [] } = node.schema;
      if (values) return expect(values.filter((value) => /[${]/.test(JSON.stringify(value)))).toEqual([]);
      if (rules.some(({ rule }) => rule === hostileRule)) return;
      refusesHostile([
        ...expressions(node, "self.matches(r'", "')"),
        ...(pattern ? [new RegExp(pattern, 'u')] : []),
      ]);
    },
  );

  it.each(nodes(schema).filter((node) => node.schema.additionalProperties))(
    'the keys of $path refuse what servers interpolate',
    (node) => {
      refusesHostile(expressions(node, "self.all(key, key.matches(r'", "'))"));
    },
  );
});

it.each([
  ['Input', InputSpec],
  ['EnvironmentConfig', PlatformSettings],
] as const)('strings of the %s are all bounded', (_, spec) => {
  const texts = nodes(structural(spec, 'namespaced')).filter(isText);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.filter(({ schema }) => !schema.enum && !schema.maxLength)).toEqual([]);
});
