import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { toolboxSource, toolsYaml } from '../../src/servers/toolbox/toolbox-config.ts';
import { sourceDocument } from '../../src/servers/toolbox/toolbox-source.ts';
import { type HttpTool, toolDocument, toolsetDocument } from '../../src/servers/toolbox/toolbox-tool.ts';
import { route } from './route.ts';

/** Strings of a tenant, with characters that parsers and templates interpret. */
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

const parameter = fc.record(
  {
    name: hostile,
    type: fc.constantFrom('string', 'integer'),
    description: hostile,
    required: fc.boolean(),
    default: fc.oneof(hostile, fc.integer()),
    allowed: fc.array(hostile, { minLength: 1, maxLength: 2 }),
    min: fc.integer(),
  },
  { requiredKeys: ['name', 'type', 'description'] },
);
const tool: fc.Arbitrary<HttpTool> = fc.record(
  {
    name: hostile,
    source: fc.constant('shop'),
    method: fc.constantFrom('GET', 'POST'),
    path: hostile,
    description: hostile,
    readOnly: fc.boolean(),
    headers: fc.dictionary(hostile, hostile, { maxKeys: 2, noNullPrototype: true }),
    body: hostile,
    bodyParams: fc.array(parameter, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['name', 'source', 'method', 'path', 'description', 'readOnly'] },
);

const read = (text: string): unknown[] =>
  parseAllDocuments(text, { uniqueKeys: false }).map((parsed) => {
    expect(parsed.errors).toStrictEqual([]);
    return parsed.toJS() as unknown;
  });

test('a parser of YAML reads the documents as they were written, whatever their strings contain', () => {
  const source = { name: 'shop', timeout: 5 };
  fc.assert(
    fc.property(fc.array(tool, { minLength: 1, maxLength: 3 }), (tools) => {
      const text = toolsYaml([toolboxSource(source, tools, route).texts]);
      const documents = [sourceDocument(source), ...tools.map(toolDocument), toolsetDocument('shop', tools)];
      expect(read(text)).toStrictEqual(JSON.parse(JSON.stringify(documents)));
      expect(text).not.toContain('${');
      expect(text).toMatch(/^[\x20-\x7e\n\u{10000}-\u{10ffff}]*$/u);
    }),
    { numRuns: 500 },
  );
});
