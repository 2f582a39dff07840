import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../../src/contract/kube.ts';
import { type Fields, toYaml } from '../../src/servers/toolbox/toolbox-yaml.ts';

/** Strings of a tenant's, with what parsers and templates stumble over. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '"',
        '\\',
        '${',
        '${HOME}',
        '$',
        '{',
        '{{.x}}',
        '\n',
        '\r',
        '\t',
        ': ',
        ' #',
        '---',
        '- ',
      ),
      fc.constantFrom(
        '\u2028',
        '\u0085',
        '\ufeff',
        '👩‍💻',
        '\\u0024{',
        '%',
        '&a',
        '*a',
        '!!x',
        "'",
        'yes',
        'null',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostile,
    fc.boolean(),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(hostile, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const document = fc.dictionary(hostile, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });

const read = (text: string): unknown[] =>
  parseAllDocuments(text, { uniqueKeys: false }).map((parsed) => {
    expect(parsed.errors).toStrictEqual([]);
    return parsed.toJS() as unknown;
  });

test('documents are read as they were written, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 3 }), (documents) => {
      const text = toYaml(documents as Fields[]);
      expect(read(text)).toStrictEqual(documents);
      expect(text).not.toContain('${');
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }),
    { numRuns: 500 },
  );
});
