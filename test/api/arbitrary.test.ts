import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

/** Words that mean something to YAML, to templates, to URLs, or to nobody. */
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    'id',
    'a.b',
    'x-y',
    '{{.x}}',
    '${HOME}',
    '"',
    "'",
    '\\',
    '---',
    '- |',
    '&a',
    '*a',
    'null',
    'yes',
    '__proto__',
    '%zz',
    '\n',
    '\u2028',
    '👩‍💻',
    'q[]',
  ),
);

const schema: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'object', 'array', 'null', 'file'),
        enum: fc.array(fc.oneof(word, fc.integer(), fc.constant(null)), { maxLength: 3 }),
        pattern: fc.oneof(word, fc.constantFrom('[a-z]+', 'a|b', '(?=x)', '(', '^\\d{1,3}$')),
        minimum: fc.oneof(fc.integer(), fc.double()),
        maximum: fc.oneof(fc.integer(), fc.double(), fc.constant(2 ** 63)),
        default: fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant({})),
        format: word,
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonObject>,
    fc.record({ type: fc.constant('array'), items: tie('schema') }) as fc.Arbitrary<JsonObject>,
    fc.record({ oneOf: fc.array(tie('schema'), { maxLength: 3 }) }) as fc.Arbitrary<JsonObject>,
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(word, tie('schema'), { maxKeys: 4 }),
      required: fc.array(word, { maxLength: 2 }),
    }) as fc.Arbitrary<JsonObject>,
    fc.constant({ $ref: '#/components/schemas/S' }),
  ),
})).schema;

const parameter = fc.record(
  {
    name: word,
    in: fc.constantFrom('query', 'query', 'query', 'query', 'header', 'cookie'),
    required: fc.constantFrom(false, false, true),
    schema,
    description: word,
    style: fc.constantFrom('form', 'deepObject', 'pipeDelimited', 'simple'),
    explode: fc.boolean(),
  },
  { requiredKeys: ['name', 'in', 'schema'] },
);

const operation = fc.record(
  {
    operationId: word,
    summary: word,
    description: fc.string({ unit: 'binary', maxLength: 200 }),
    parameters: fc.array(parameter, { maxLength: 4 }),
    requestBody: fc.record({
      required: fc.boolean(),
      content: fc.record({ 'application/json': fc.record({ schema }) }),
    }),
  },
  { requiredKeys: [] },
);

const path = fc.oneof(
  fc.constantFrom('/x', '/a/b', '/$count', "/o'x", '/%41', '/x y', '/{{a}}', '/v1:run', '//a', '/.'),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `/${text}`),
);

const document = fc.record({
  openapi: fc.constant('3.0.0'),
  paths: fc.dictionary(
    path,
    fc.dictionary(fc.constantFrom('get', 'post', 'put', 'delete', 'head', 'trace'), operation, {
      maxKeys: 3,
    }),
    { maxKeys: 4 },
  ),
  components: fc.record({ schemas: fc.record({ S: schema }) }),
});

/** What a spec may leave empty. */
const blank = {
  name: 'blank',
  path: '/{[}',
  description: '',
  parameters: [{ name: '[', in: 'path', description: '\n', enum: [''] }],
};

test('whatever a document holds, MCP Toolbox starts on what becomes of it, and serves each of its tools', async () => {
  const documents = fc.sample(document, { numRuns: 300, seed: 20261128 });
  const names = documents.map((_, index) => `api-${index}`);
  await using served = await serveInstance(
    tenantOf({
      endpoints: {
        ...Object.fromEntries(
          names.map((name) => [name, { baseUrl: 'http://127.0.0.1:9/base', openapi: { configMap: name } }]),
        ),
        blank: { baseUrl: 'http://127.0.0.1:9', description: ' ', operations: [blank] },
      },
      configMaps: Object.fromEntries(
        names.map((name, index) => [name, { 'openapi.json': JSON.stringify(documents[index]) }]),
      ),
      instance: { defaultPolicy: { readOnly: false } },
    }),
  );
  const status = served.reconciled.response.desired?.composite?.resource?.['status'] as {
    resources: JsonObject[];
  };
  const usable = status.resources.filter(({ operations }) => operations !== undefined);
  expect(usable.length).toBeGreaterThan(50);
  const wanted = usable.reduce((sum, { operations }) => sum + Number(operations), 0);
  const tools = await (await served.connect()).listTools();
  expect(tools.length).toBeGreaterThan(100);
  expect(tools).toHaveLength(wanted);
  for (const { name, inputSchema } of tools) {
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    for (const argument of Object.keys(inputSchema.properties ?? {}))
      expect(argument).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  }
});
