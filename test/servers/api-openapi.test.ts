import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readOpenApi } from '../../src/servers/api/openapi/read.ts';
import type { Declared, Operation } from '../../src/servers/api/operation.ts';
import { isPortable, oneOf } from '../../src/servers/api/pattern.ts';
import { choose, matches, type Selection, servedOf } from '../../src/servers/api/served.ts';
import { toolOf } from '../../src/servers/api/tools.ts';

type Json = Record<string, unknown>;

const documentOf = (paths: unknown, more: Json = {}): string =>
  JSON.stringify({ openapi: '3.0.3', paths, ...more });

const declared = (paths: unknown, more: Json = {}): Declared => {
  const read = readOpenApi(documentOf(paths, more));
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

/** The one operation of a document with a GET, or with another method. */
const one = (operation: Json, { path = '/x', method = 'get', ...more }: Json = {}): Declared =>
  declared({ '/other': { get: {} }, [path as string]: { [method as string]: operation } }, more);

const operationOf = (operation: Json, options: Json = {}): Operation | undefined =>
  one(operation, options).operations.find(({ path }) => path === (options['path'] ?? '/x'));

const reasonOf = (operation: Json, options: Json = {}): string | undefined =>
  one(operation, options).leftOut[0]?.reason;

const query = (schema: unknown, more: Json = {}): Json => ({
  parameters: [{ name: 'q', in: 'query', schema, ...more }],
});

const idInPath: Json = { parameters: [{ name: 'id', in: 'path', required: true, schema: {} }] };

const typeOf = (schema: unknown, options: Json = {}) =>
  operationOf(query(schema), options)?.parameters[0]?.type;

describe('a document is refused as a whole', () => {
  test.each([
    ['', 'must be an OpenAPI document in JSON or YAML'],
    [
      '{"openapi": "3.0.0"',
      "must be an OpenAPI document in JSON or YAML, but is invalid at line 1, column 20: Expected ',' or '}' after property value",
    ],
    [
      '\uFEFF{"openapi": "3.0.0"',
      "must be an OpenAPI document in JSON or YAML, but is invalid at line 1, column 20: Expected ',' or '}' after property value",
    ],
    [
      'a: 1\nb: 2\na: 3',
      'must be an OpenAPI document in JSON or YAML, but is invalid at line 3, column 1: duplicated mapping key',
    ],
    ['[]', 'must be an OpenAPI document in JSON or YAML'],
    [
      'a:\n  b: [',
      'must be an OpenAPI document in JSON or YAML, but is invalid at line 2, column 7: unexpected end of the stream within a flow collection',
    ],
    [
      'a: *canary',
      'must be an OpenAPI document in JSON or YAML, but is invalid at line 1, column 5: unidentified alias …',
    ],
    ['a: 1\n---\nb: 1', 'must be an OpenAPI document in JSON or YAML, but has several'],
    [
      'a: &a [*a]\nb: *a',
      'must be OpenAPI 3.0 or 3.1, but has no version: add the field openapi with the version that it follows, such as 3.0.3',
    ],
    ['{"openapi": {}}', 'must be OpenAPI 3.0 or 3.1, but its field openapi is not a version'],
    ['{"swagger": "2.0", "paths": {}}', 'must be OpenAPI 3.0 or 3.1, but is Swagger 2: convert the document'],
    ['{"openapi": "4.0.0", "paths": {}}', 'must be OpenAPI 3.0 or 3.1, but has version "4.0.0"'],
    ['{"openapi": "3.10.0", "paths": {}}', 'must be OpenAPI 3.0 or 3.1, but has version "3.10.0"'],
    ['{"openapi": "3.1.0"}', 'must have paths'],
    ['{"openapi": "3.1.0", "paths": {}}', 'has no operations'],
    [
      documentOf({ '/a//b': { get: { operationId: 'a' } } }),
      'has no operation that can be served: a: its path has empty or dot segments',
    ],
    [' '.repeat(1024 * 1024 + 1), 'must not be longer than 1 MiB'],
    [
      '\n'.repeat(300_001),
      'must not have more than 300,000 line breaks, commas and brackets: remove what is not needed, such as examples, or divide the document',
    ],
    [
      `${'- [[[[[]]]]]\n'.repeat(40_000)}`,
      'must not have more than 400,000 values: remove what is not needed, such as examples, or divide the document',
    ],
  ])('%.40j', (text, error) => {
    expect(readOpenApi(text)).toStrictEqual({ ok: false, error });
  });

  test('of YAML that multiplies', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
      .join('\n')}`;
    expect(readOpenApi(bomb).ok).toBe(false);
  });
});

test.each([
  '\uFEFF{"openapi": "3.0.3", "paths": {"/a": {"get": {}}}}',
  '\uFEFFopenapi: 3.0.3\npaths: {/a: {get: {}}}',
  'openapi: 3.0\npaths: {/a: {get: {}}}',
  'openapi: 3.1\nx: &x {get: {}}\npaths:\n  /a:\n    <<: *x',
  'openapi: 3.1\nx: &x {get: {}}\npaths:\n  /a: *x',
])('%j is read', (text) => {
  expect(readOpenApi(text)).toMatchObject({ ok: true, value: { operations: [{ path: '/a' }] } });
});

test('JSON and YAML say the same', () => {
  const document = { openapi: '3.1.0', paths: { '/a': { get: query({ type: 'integer' }) } } };
  expect(readOpenApi(stringify(document))).toStrictEqual(readOpenApi(JSON.stringify(document)));
});

describe('a schema', () => {
  test.each([
    [{ type: 'string' }, { kind: 'string' }],
    [
      { type: 'string', pattern: '[a-z]+' },
      { kind: 'string', pattern: '[a-z]+', anywhere: true },
    ],
    [{ type: 'string', pattern: '(?=a)' }, { kind: 'string' }],
    [
      { type: 'string', enum: ['a', 'b'] },
      { kind: 'string', values: ['a', 'b'] },
    ],
    [{ enum: ['a', 'b', null] }, { kind: 'string', values: ['a', 'b'] }],
    [
      { type: 'integer', minimum: 1, maximum: 9 },
      { kind: 'integer', minimum: 1, maximum: 9 },
    ],
    [{ type: 'integer', maximum: 2 ** 63 }, { kind: 'integer' }],
    [{ type: 'integer', format: 'int64' }, { kind: 'digits' }],
    [{ type: 'integer', format: 'uint64', maximum: 2 ** 64 }, { kind: 'digits' }],
    [{ type: 'number', format: 'int64' }, { kind: 'digits' }],
    [
      { type: 'integer', format: 'int64', minimum: 0, maximum: 100 },
      { kind: 'integer', minimum: 0, maximum: 100 },
    ],
    [{ type: 'integer', enum: [1, 2 ** 60] }, { kind: 'digits' }],
    [
      { type: 'integer', minimum: 0.5, exclusiveMaximum: 9 },
      { kind: 'integer', minimum: 1, maximum: 8 },
    ],
    [
      { type: 'integer', minimum: 0, exclusiveMinimum: true },
      { kind: 'integer', minimum: 1 },
    ],
    [
      { type: 'number', minimum: 0.5, maximum: 1e-7 },
      { kind: 'number', minimum: 0.5 },
    ],
    [{ const: 'a' }, { kind: 'string', values: ['a'] }],
    [{ enum: [1, 2] }, { kind: 'integer', values: [1, 2] }],
    [{ enum: [1, 'a'] }, { kind: 'string' }],
    [
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'integer' } }] },
      { kind: 'array', items: { kind: 'string' } },
    ],
    [
      { type: 'integer', enum: [1, 2] },
      { kind: 'integer', values: [1, 2] },
    ],
    [{ type: 'number' }, { kind: 'number' }],
    [{ type: 'boolean' }, { kind: 'boolean' }],
    [{ type: ['integer', 'null'] }, { kind: 'integer' }],
    [{ type: ['integer', 'string'] }, { kind: 'string' }],
    [{ oneOf: [{ type: 'integer' }, { type: 'string' }] }, { kind: 'string' }],
    [{ anyOf: [{ type: 'integer', minimum: 3 }, { type: 'null' }] }, { kind: 'integer', minimum: 3 }],
    [
      {
        anyOf: [
          { type: 'string', enum: ['a'] },
          { type: 'string', enum: ['b'] },
        ],
      },
      { kind: 'string' },
    ],
    [{ allOf: [{ type: 'integer' }, { minimum: 3 }] }, { kind: 'integer', minimum: 3 }],
    [{ $ref: '#/components/schemas/Id' }, { kind: 'integer', maximum: 7 }],
    [{ $ref: '#/components/schemas/a~1b%20c' }, { kind: 'boolean' }],
    [
      { type: 'array', items: { type: 'integer' } },
      { kind: 'array', items: { kind: 'integer' } },
    ],
    [{ items: { type: 'integer' } }, { kind: 'array', items: { kind: 'integer' } }],
    [{}, { kind: 'string' }],
    [true, { kind: 'string' }],
  ])('%j is %j', (schema, type) => {
    const schemas = {
      Id: { $ref: '#/components/schemas/Number' },
      Number: { type: 'integer', maximum: 7 },
      'a/b c': { type: 'boolean' },
    };
    expect(typeOf(schema, { components: { schemas } })).toStrictEqual(type);
  });
});

describe('an operation is left out, and says why', () => {
  const required = (schema: unknown, more: Json = {}) => query(schema, { required: true, ...more });
  const path = (schema: unknown, more: Json = {}) => ({
    parameters: [{ name: 'id', in: 'path', required: true, schema, ...more }],
  });
  const body = (content: Json) => ({ requestBody: { required: true, content } });
  test.each([
    [
      'objects in an object in the query',
      required({ type: 'object', properties: { a: { type: 'object' } } }),
      {},
      'its parameter q is an object with lists or objects in it, for which the specification has no form',
    ],
    [
      'lists in an object in the query',
      required({ type: 'object', additionalProperties: { type: 'array' } }, { style: 'deepObject' }),
      {},
      'its parameter q is an object with lists or objects in it, for which the specification has no form',
    ],
    ['its method', {}, { method: 'trace' }, 'its method TRACE is not supported'],
    ['an operation elsewhere', { $ref: 'other.yaml#/a' }, {}, 'it refers to another document'],
    [
      'another server',
      { servers: [{ url: 'https://upload.example.com' }] },
      {},
      'it has its own server https://upload.example.com',
    ],
    [
      'lists of lists',
      required({ type: 'array', items: { type: 'array', items: {} } }),
      {},
      'its parameter q is a list of lists or objects',
    ],
    [
      'an unknown style',
      required({ type: 'array', items: {} }, { style: 'x' }),
      {},
      'its parameter q has a style that is not supported',
    ],
    [
      'a cookie',
      { parameters: [{ name: 'c', in: 'cookie', required: true, schema: {} }] },
      {},
      'its parameter c is in a cookie',
    ],
    [
      'a reserved header',
      { parameters: [{ name: 'hOst', in: 'header', required: true, schema: {} }] },
      {},
      'its parameter hOst is a header that callers must not set',
    ],
    [
      'another document',
      required({ $ref: 'https://evil.example.com/x.json#/a' }),
      {},
      'its parameter q refers to another document',
    ],
    ['a file', required({ $ref: 'file:///etc/passwd' }), {}, 'its parameter q refers to another document'],
    ['nothing', required({ $ref: '#/nowhere' }), {}, 'its parameter q is not an object'],
    [
      'a circle',
      required({ $ref: '#/components/a' }),
      { components: { a: { $ref: '#/components/b' }, b: { $ref: '#/components/a' } } },
      'its parameter q refers to itself',
    ],
    [
      'a circle of arrays',
      required({ $ref: '#/components/a' }),
      { components: { a: { type: 'array', items: { $ref: '#/components/a' } } } },
      'its parameter q is nested too deeply',
    ],
    ['a prototype', required({ $ref: '#/__proto__' }), {}, 'its parameter q is not an object'],
    [
      'a path in parts',
      path({ type: 'array', items: { type: 'object' } }),
      { path: '/x/{id}' },
      'its parameter id is a list of lists or objects',
    ],
    [
      'a path in a style',
      path({ type: 'string' }, { style: 'matrix' }),
      { path: '/x/{id}' },
      'its parameter id is not a single value in the path',
    ],
    ['an undeclared part', {}, { path: '/x/{id}' }, 'its path names "id", which it does not declare'],
    ['a part twice', path({}), { path: '/x/{id}/{id}' }, 'its path names a parameter twice'],
    ['dots', {}, { path: '/x/../y' }, 'its path has empty or dot segments'],
    ['an escape', {}, { path: '/x/%2e%2e/y' }, 'its path contains characters that are not supported'],
    ['a template', {}, { path: '/x/{{.y}}' }, 'its path contains characters that are not supported'],
    ['no slash', {}, { path: 'http://evil.example.com/x' }, 'its path does not start with "/"'],
    [
      'a form of parts',
      body({ 'multipart/form-data': {}, 'image/png': {} }),
      { method: 'post' },
      'its body is multipart/form-data, image/png, which a tool cannot write',
    ],
    [
      'an optional body that a tool cannot write',
      { requestBody: { content: { 'text/csv': {} } } },
      { method: 'post' },
      'its body is text/csv, which a tool cannot write',
    ],
    [
      'a form without fields',
      body({ 'application/x-www-form-urlencoded': {} }),
      { method: 'post' },
      'its body is a form, and its fields are not known',
    ],
    [
      'a body elsewhere',
      { requestBody: { $ref: 'other.yaml#/a' } },
      { method: 'post' },
      'its body refers to another document',
    ],
    ['nothing at all', 'x', {}, 'it is not an object'],
    [
      'a nameless parameter',
      { parameters: [{ in: 'query', schema: {} }] },
      {},
      'one of its parameters has an invalid name',
    ],
    [
      'too many parameters',
      {
        parameters: Array.from({ length: 65 }, (_, index) => ({
          name: `p${index}`,
          in: 'query',
          required: true,
        })),
      },
      {},
      'it requires more than 64 parameters',
    ],
  ] as [string, Json, Json, string][])('for %s', (_, operation, options, reason) => {
    expect(reasonOf(operation, options)).toBe(reason);
    expect(one(operation, options).operations.map((it) => it.path)).toStrictEqual(['/other']);
  });

  test('for a server of its path, unless the document has it too', () => {
    const paths = (url: string) => ({ '/a': { servers: [{ url }], get: {} }, '/b': { get: {} } });
    const servers = [{ url: 'https://api.example.com/v1' }];
    expect(declared(paths('https://api.example.com/v1/'), { servers }).leftOut).toStrictEqual([]);
    expect(declared(paths('/'), {}).leftOut).toStrictEqual([]);
    expect(declared(paths('/v2'), { servers }).leftOut).toMatchObject([
      { path: '/a', reason: 'it has its own server /v2' },
    ]);
  });
});

describe('an operation whose name cannot be the name of a tool', () => {
  const namesOf = (paths: Json, selection: Partial<Selection> = {}) =>
    servedOf(declared(paths), { readOnly: false, maxOperations: 500, ...selection }, 60).served.map(
      ({ name }) => name,
    );

  test('because another has it is named by its method and path', () => {
    const paths = { '/a': { get: { operationId: 'same' } }, '/b': { get: { operationId: 'same' } } };
    expect(namesOf(paths)).toStrictEqual(['same', 'get_b']);
    expect(namesOf(paths, { deny: ['same'] }), 'denied by the name that they share').toStrictEqual([]);
    expect(namesOf(paths, { allow: ['GET /b'] })).toStrictEqual(['get_b']);
  });

  test.each(['получить', 'получитьTodo', '取得', 'été'])('because %s is in another script', (operationId) => {
    expect(namesOf({ '/todos/{id}': { get: { operationId, ...idInPath } } })).toStrictEqual(['get_todos_id']);
  });
});

test('an operation that is a reference is the operation to which it refers', () => {
  const target = { operationId: 'real', parameters: [{ name: 'q', in: 'query', required: true }] };
  const { operations } = declared(
    { '/a': { get: { $ref: '#/components/x-operations/real' } } },
    { components: { 'x-operations': { real: target } } },
  );
  expect(operations).toMatchObject([{ name: 'real', parameters: [{ name: 'q', required: true }] }]);
});

test('of many parameters, the required and the first are kept, and the others are named', () => {
  const parameters = Array.from({ length: 70 }, (_, index) => ({
    name: `p${index}`,
    in: 'query',
    required: index > 67,
  }));
  const operation = operationOf({ parameters });
  expect(operation?.parameters).toHaveLength(64);
  expect(operation?.parameters.at(-1)?.name).toBe('p69');
  expect(operation?.notes).toStrictEqual(
    [62, 63, 64, 65, 66, 67].map(
      (index) => `its parameter p${index}, because a tool has at most 64 parameters`,
    ),
  );
});

describe('of an operation is left out', () => {
  test.each([
    [
      query({ type: 'array', items: { type: 'object' } }),
      {},
      'its parameter q, which is a list of lists or objects',
    ],
    [
      { requestBody: { content: { 'application/json': {} } } },
      {},
      'its body, which has no meaning in a GET request',
    ],
    [{ parameters: [{ name: 'c', in: 'cookie', schema: {} }] }, {}, 'its parameter c, which is in a cookie'],
  ] as [Json, Json, string][])('what is optional in %j', (operation, options, note) => {
    expect(operationOf(operation, options)?.notes).toStrictEqual([note]);
  });
});

describe('a body', () => {
  const bodyOf = (schema: unknown, more: Json = {}) => {
    const operation = operationOf(
      { requestBody: { required: true, content: { 'application/vnd.a+json': { schema } } } },
      { method: 'put', ...more },
    );
    return {
      body: operation?.body,
      parameters: operation?.parameters.map(({ name, type, required }) => [name, type.kind, required]),
    };
  };

  test.each([
    [
      { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'object' } } },
      [
        ['a', 'string', true],
        ['b', 'map', false],
      ],
    ],
    [
      {
        allOf: [
          { properties: { a: { type: 'string' } } },
          { properties: { b: { type: 'boolean' } }, required: ['b'] },
        ],
      },
      [
        ['a', 'string', false],
        ['b', 'boolean', true],
      ],
    ],
    [
      { properties: { id: { type: 'string', readOnly: true }, a: { type: 'string' } } },
      [['a', 'string', false]],
    ],
  ])('of known fields has one argument for each', (schema, parameters) => {
    expect(bodyOf(schema)).toStrictEqual({ body: 'fields', parameters });
  });

  test.each([
    [{ type: 'object' }, 'map'],
    [{}, 'map'],
    [{ type: 'array', items: { type: 'string' } }, 'array'],
    [{ oneOf: [{ type: 'object' }, { type: 'array' }] }, 'string'],
    [{ properties: { a: { type: 'string', nullable: true } } }, 'map'],
    [{ properties: { a: { type: 'string' } }, additionalProperties: true }, 'map'],
    [{ properties: { a: {} }, required: ['a'] }, 'map'],
    [
      {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 65 }, (_, index) => [`f${index}`, { type: 'string' }]),
        ),
      },
      'map',
    ],
  ])('of %.60j is one argument', (schema, kind) => {
    expect(bodyOf(schema)).toMatchObject({ body: { type: { kind }, required: true }, parameters: [] });
  });
});

describe('a pattern', () => {
  test.each(['[a-z]+', 'a|b', '^a$', String.raw`\d{3}-\d{4}`, '(?:a|b)+', String.raw`\p{L}+`, 'é'])(
    '%s is read alike',
    (pattern) => {
      expect(isPortable(pattern)).toBe(true);
    },
  );

  test.each([
    'a)|(b',
    '(?=a)',
    '(?<n>a)',
    '(?i)a',
    String.raw`(a)\1`,
    '[]a)|(b]',
    'a[](])|(b[])]',
    '[^]',
    String.raw`\Qa\E`,
    'a{1001}',
    '*',
    '(',
    'x'.repeat(501),
  ])('%.30s is not', (pattern) => {
    expect(isPortable(pattern)).toBe(false);
  });

  test('of a list of texts matches these and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.string(), (texts, other) => {
        const pattern = new RegExp(oneOf(texts));
        for (const text of texts) expect(pattern.test(text)).toBe(true);
        expect(pattern.test(other)).toBe(texts.includes(other));
      }),
    );
  });
});

describe('names of tools', () => {
  const operation = fc.record({
    name: fc.option(fc.oneof(fc.string(), fc.constantFrom('a.b', 'a_b', 'a-b', 'a b', '_')), {
      nil: undefined,
    }),
    method: fc.constantFrom('GET', 'POST'),
    path: fc.string().map((text) => `/${text}`),
  });

  test('are what clients can write, and each of one operation', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(operation, { maxLength: 20, selector: ({ method, path }) => `${method} ${path}` }),
        fc.integer({ min: 20, max: 60 }),
        (all, longest) => {
          const operations = all.map(({ name, ...rest }) => ({
            ...(name !== undefined && { name }),
            ...rest,
            parameters: [],
          })) as Operation[];
          const { served } = servedOf(
            { operations, leftOut: [] },
            { readOnly: false, maxOperations: 500 },
            longest,
          );
          for (const { name } of served) expect(name).toMatch(new RegExp(`^[A-Za-z0-9_-]{1,${longest}}$`));
          expect(new Set(served.map(({ name }) => name)).size).toBe(operations.length);
        },
      ),
    );
  });
});

describe('a pattern of operations', () => {
  const get = { name: 'Todo.find', method: 'GET', path: '/todos/{id}' } as const;
  test.each([
    ['Todo.find', true],
    ['Todo.*', true],
    ['*find', true],
    ['*', true],
    ['*o*i*', true],
    ['todo.find', false],
    ['Todo', false],
    ['*.f*x', false],
    ['GET /todos/{id}', true],
    ['GET /todos/*', true],
    ['* /todos*', true],
    ['POST /todos*', false],
    ['GET /todo', false],
  ])('%s: %s', (pattern, yes) => {
    expect(matches(pattern, get)).toBe(yes);
  });

  test.each([
    ['listOrder', ['allow "listOrder" matches no operation: did you mean listOrders?']],
    ['ListOrders', ['allow "ListOrders" matches no operation: did you mean listOrders?']],
    ['lsitOrders', ['allow "lsitOrders" matches no operation: did you mean listOrders?']],
    ['GET /order', ['allow "GET /order" matches no operation: did you mean GET /orders?']],
    ['PUT /orders', ['allow "PUT /orders" matches no operation: did you mean POST /orders, GET /orders?']],
    ['unrelated', ['allow "unrelated" matches no operation']],
    ['listOrders', []],
    ['list*', []],
    ['createOrder', []],
    ['upload', []],
  ])('of allow that matches nothing is reported: %s', (pattern, sentences) => {
    const orders = declared({
      '/orders': {
        get: { operationId: 'listOrders' },
        post: { operationId: 'createOrder' },
      },
      '/upload': {
        post: { operationId: 'upload', requestBody: { content: { 'multipart/form-data': {} } } },
      },
    });
    const selection = { allow: [pattern], readOnly: true, maxOperations: 10 };
    expect(choose(orders, selection).unmatched).toStrictEqual(sentences);
  });

  test('takes no time over stars', () => {
    expect(matches(`${'*a'.repeat(140)}b`, { ...get, name: 'a'.repeat(200) })).toBe(false);
  });
});

describe('a document of any kind', () => {
  test('is read, or refused with a reason', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('get', 'post'), (value, method) => {
        const { operations, leftOut } = declared({
          '/ok': { get: {} },
          '/any': { [method]: value },
          '/item': value,
        });
        for (const operation of operations) toolOf('x', operation, { source: 's', basePath: '' });
        expect(operations.length + leftOut.length).toBeGreaterThan(0);
      }),
    );
  });

  test('takes little time, however its references multiply', () => {
    const wide = (next: string) => ({ allOf: Array(100).fill({ $ref: `#/components/${next}` }) });
    const components: Json = {
      e: {
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, {}])),
      },
    };
    for (const [name, next] of ['ab', 'bc', 'cd', 'de']) components[name ?? ''] = wide(next ?? '');
    const paths = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`/p${index}`, { get: query({ $ref: '#/components/a' }) }]),
    );
    expect(readOpenApi(documentOf({ '/ok': { get: {} }, ...paths }, { components })).ok).toBe(true);
  });

  test('takes little time at the size of a ConfigMap', () => {
    const operation = (index: number) => ({
      operationId: `operation${index}`,
      summary: 'x'.repeat(200),
      parameters: ['a', 'b', 'c'].map((name) => ({
        name,
        in: 'query',
        schema: { $ref: '#/components/schemas/S' },
      })),
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/B' } } } },
    });
    const paths = Object.fromEntries(
      Array.from({ length: 1900 }, (_, index) => [`/p${index}`, { post: operation(index) }]),
    );
    const components = {
      schemas: {
        S: { type: 'string' },
        B: { properties: { a: { type: 'string' }, b: { type: 'integer' } } },
      },
    };
    const text = documentOf(paths, { components });
    expect(text.length).toBeGreaterThan(900_000);
    expect(readOpenApi(text).ok).toBe(false);
  });
});
