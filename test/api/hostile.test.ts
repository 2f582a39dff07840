import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { HOSTILE_PASSWORDS } from '../backends/hostile-passwords.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

const paths = (operation: JsonObject): JsonObject => ({
  '/items/{id}': { get: { operationId: 'get', ...operation } },
});

/** What a tenant, or the author of its document, could hope to get something out of. */
const document = {
  openapi: '3.0.3',
  info: { title: '${HOME}', version: '{{.x}}' },
  servers: [{ url: 'http://evil.example.com' }],
  security: [{ other: [] }],
  paths: {
    ...paths({
      summary:
        'Gets ${OTHER_AUTHORIZATION} {{.Secret}} "quoted" \\ back\u2028slash 👩‍💻 #comment\n---\nkind: source',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'q[${HOME}]', in: 'query', schema: { type: 'string' }, description: '{{.q}} ${HOME}' },
        { name: '{{.id}}', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        { name: 'key', in: 'query', schema: { type: 'string' } },
        { name: 'X-Trace', in: 'header', required: true, schema: { type: 'string' } },
        { name: 'authorization', in: 'header', required: true, schema: { type: 'string' } },
      ],
    }),
    '/numbers/{n}': {
      get: {
        operationId: 'number',
        parameters: [
          { name: 'n', in: 'path', required: true, schema: { type: 'number' } },
          {
            name: 'big',
            in: 'query',
            schema: { type: 'integer', format: 'int64', maximum: 2 ** 63 },
          },
          { name: 'part', in: 'query', schema: { type: 'number' } },
          {
            name: 'pipes',
            in: 'query',
            style: 'pipeDelimited',
            explode: false,
            schema: { type: 'array', items: { type: 'integer' } },
          },
          {
            name: 'comma',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { type: 'string' } },
          },
          { name: 'deep', in: 'query', style: 'deepObject', schema: { type: 'object' } },
          { name: 'on', in: 'query', schema: { type: 'boolean' } },
        ],
      },
    },
    '/write/{id}': {
      post: {
        operationId: 'write',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        requestBody: {
          content: {
            'application/json; charset=utf-8': {
              schema: {
                type: 'object',
                properties: {
                  id: { type: 'string' },
                  '{{.id}}"${A}': { type: 'string' },
                  list: { type: 'array', items: { type: 'object' } },
                  map: { type: 'object' },
                  flag: { type: 'boolean' },
                  amount: { type: 'number' },
                },
              },
            },
          },
        },
      },
    },
    '/whole': {
      put: {
        operationId: 'whole',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { oneOf: [{ type: 'object' }, { type: 'array' }] } } },
        },
      },
    },
  },
};

let api: Recorder;
let served: ServedInstance;
let client: McpClient;
beforeAll(async () => {
  api = await startRecorder();
  const at = { baseUrl: `http://127.0.0.1:${api.port}/base/v1` };
  served = await serveInstance(
    tenantOf({
      endpoints: {
        bad: {
          ...at,
          openapi: { configMap: 'document', key: 'openapi.yaml' },
          credentialsRef: { name: 'key', method: 'query', parameter: 'key' },
        },
        other: {
          ...at,
          credentialsRef: { name: 'key' },
          operations: [
            {
              name: 'get',
              path: '/x/{item-id}',
              parameters: [
                { name: 'item-id', in: 'path', pattern: 'a|b' },
                { name: 'state', in: 'query', enum: ['a.b', 'c|d'] },
                { name: 'X-Own', in: 'header', pattern: '.*' },
              ],
            },
          ],
        },
      },
      secrets: { key: { token: 's3cret' } },
      configMaps: { document: { 'openapi.yaml': stringify(document) } },
      instance: { defaultPolicy: { readOnly: false } },
    }),
  );
  client = await served.connect();
});
afterAll(async () => {
  await served?.stop();
  await api?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  api.requests.length = 0;
});

const call = async (tool: string, args: JsonObject) => {
  const { isError } = await client.callTool(tool, args);
  return { isError, seen: api.requests.map(({ method, url, body }) => ({ method, url, body })) };
};
const refused = { isError: true, seen: [] };
const got = (url: string) => ({ isError: false, seen: [{ method: 'GET', url, body: '' }] });

describe('a document', () => {
  test('is a text to MCP Toolbox and to clients, whatever stands in it', async () => {
    const tools = await client.listTools();
    const tool = tools.find(({ name }) => name === 'get-bad');
    expect(tool?.description).toBe(
      'Gets ${OTHER_AUTHORIZATION} {{.Secret}} "quoted" \\ back slash 👩‍💻 #comment --- kind: source',
    );
    expect(tool?.inputSchema.properties).toMatchObject({ q_HOME_: { description: '{{.q}} ${HOME}' } });
    expect(Object.keys(tool?.inputSchema.properties ?? {})).toStrictEqual(
      expect.arrayContaining(['X-Trace', 'id', 'q_HOME_']),
    );
    expect(Object.keys(tool?.inputSchema.properties ?? {})).not.toContain('authorization');
    for (const { name, inputSchema } of tools) {
      expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      for (const argument of Object.keys(inputSchema.properties ?? {}))
        expect(argument).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
  });

  test('says nothing about where the API is, and how it is logged in to', async () => {
    await call('get-bad', { id: '1', 'X-Trace': 't' });
    const [request] = api.requests;
    expect(request?.url).toBe('/base/v1/items/1?key=s3cret');
    expect(request?.headers.host).toBe(`127.0.0.1:${api.port}`);
  });
});

describe('a value in the path', () => {
  test.each([
    ['a b', '/base/v1/items/a%20b'],
    ['%2e%2e', '/base/v1/items/%252e%252e'],
    ['%2F', '/base/v1/items/%252F'],
    ['a?b=c&d', '/base/v1/items/a%3Fb=c&d'],
    ['a#b', '/base/v1/items/a%23b'],
    [';a=b', '/base/v1/items/%3Ba=b'],
    ['{{.x}}${HOME}', '/base/v1/items/%7B%7B.x%7D%7D$%7BHOME%7D'],
    ['é…', '/base/v1/items/%C3%A9%E2%80%A6'],
    ['...', '/base/v1/items/...'],
    ['.hidden', '/base/v1/items/.hidden'],
    ['http:', '/base/v1/items/http:'],
    ['a:80@evil.example.com', '/base/v1/items/a:80@evil.example.com'],
  ])('%j is one part of it', async (id, url) => {
    expect(await call('get-bad', { id, 'X-Trace': 't' })).toStrictEqual(got(`${url}?key=s3cret`));
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    '/x',
    'a/b',
    'a/../../x',
    '//evil.example.com',
    'http://evil.example.com',
    'a\\b',
    '..\\x',
    'a\r\nHost: evil.example.com',
    'a\u0000b',
    'a\nb',
    '\u007f',
  ])('%j is refused, and nothing is sent', async (id) => {
    expect(await call('get-bad', { id, 'X-Trace': 't' })).toStrictEqual(refused);
  });

  test.each(['a', 'b'])('%j matches a pattern as a whole', async (id) => {
    const { isError } = await call('get-other', { 'item-id': id, 'X-Own': 'x' });
    expect(isError).toBe(false);
    expect(api.requests[0]?.url).toBe(`/base/v1/x/${id}`);
  });

  test.each(['ab', 'xa', 'bx', 'a\n', 'A', ''])('%j matches only a part of a pattern', async (id) => {
    expect(await call('get-other', { 'item-id': id, 'X-Own': 'x' })).toStrictEqual(refused);
  });
});

describe('a value in the query', () => {
  test.each([
    [{ q_HOME_: 'a&key=forged#?' }, 'key=s3cret&q%5B%24%7BHOME%7D%5D=a%26key%3Dforged%23%3F'],
    [{ key: 'forged' }, 'key=s3cret'],
    [{ _id_: ['a', 'b&c'] }, 'key=s3cret&%7B%7B.id%7D%7D=a&%7B%7B.id%7D%7D=b%26c'],
  ])('%j stays one', async (args, query) => {
    const { seen } = await call('get-bad', { id: '1', 'X-Trace': 't', ...args });
    const url = new URL(seen[0]?.url ?? '', 'http://api');
    expect(Object.fromEntries(url.searchParams)).toStrictEqual(
      Object.fromEntries(new URLSearchParams(query)),
    );
    expect(url.searchParams.getAll('key')).toStrictEqual(['s3cret']);
  });

  test.each([
    [{ n: 1234567 }, '/base/v1/numbers/1234567'],
    [{ n: 0.1 }, '/base/v1/numbers/0.1'],
    [{ n: 123456789012 }, '/base/v1/numbers/123456789012'],
    [{ n: 1, big: '9223372036854775807' }, '/base/v1/numbers/1?big=9223372036854775807'],
    [{ n: 1, part: 1000000 }, '/base/v1/numbers/1?part=1000000'],
    [{ n: 1, pipes: [1, 2] }, '/base/v1/numbers/1?pipes=1%7C2'],
    [{ n: 1, comma: ['a b', 'c'] }, '/base/v1/numbers/1?comma=a+b%2Cc'],
    [{ n: 1, deep: { 'a]b': 'c&d' } }, '/base/v1/numbers/1?deep%5Ba%5Db%5D=c%26d'],
    [{ n: 1, on: false }, '/base/v1/numbers/1?on=false'],
  ])('%j is written as OpenAPI has it', async (args, url) => {
    const { seen } = await call('number-bad', args);
    const [path, query = ''] = url.split('?');
    const parameters = new URLSearchParams(query);
    const sent = new URL(seen[0]?.url ?? '', 'http://api');
    expect(sent.pathname).toBe(path);
    sent.searchParams.delete('key');
    expect([...sent.searchParams]).toStrictEqual([...parameters]);
  });

  test.each([
    ['a.b', false],
    ['c|d', false],
    ['axb', true],
    ['c', true],
    ['', true],
  ])('%j is one of an enum: %s', async (state, isError) => {
    const { isError: was } = await call('get-other', { 'item-id': 'a', 'X-Own': 'x', state });
    expect(was).toBe(isError);
  });
});

describe('a header', () => {
  test.each(['x', 'a b', 'a: b; c="d"', '{{.x}}${HOME}'])('takes %j', async (value) => {
    await call('get-bad', { id: '1', 'X-Trace': value });
    expect(api.requests[0]?.headers['x-trace']).toBe(value);
  });

  test.each(['a\r\nHost: evil', 'a\nb', 'a\u0000', 'é', ' a', 'a ', '\t'])('refuses %j', async (value) => {
    expect(await call('get-bad', { id: '1', 'X-Trace': value })).toStrictEqual(refused);
    expect(await call('get-other', { 'item-id': 'a', 'X-Own': value })).toStrictEqual(refused);
  });

  test('of the credentials is nobody else’s to set', async () => {
    const args = {
      'item-id': 'a',
      'X-Own': 'x',
      Authorization: 'Bearer forged',
      authorization: 'x',
      Host: 'evil',
    };
    await call('get-other', args);
    expect(api.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      host: `127.0.0.1:${api.port}`,
    });
  });
});

describe('a body', () => {
  test.each([
    [{ id: 1 }, '{}'],
    [{ id: 1, id_body: '{{.id}}"\\' }, { id: '{{.id}}"\\' }],
    [
      { id: 1, list: [{ a: [null, 1.5] }], map: { 'x"': { y: null } } },
      { list: [{ a: [null, 1.5] }], map: { 'x"': { y: null } } },
    ],
    [
      { id: 1, flag: false, amount: 1000000 },
      { flag: false, amount: 1000000 },
    ],
    [{ id: 1, _id_A_: '<&>\u2028' }, { '{{.id}}"${A}': '<&>\u2028' }],
  ])('of %j is JSON of what is given', async (args, body) => {
    const { isError, seen } = await call('write-bad', args);
    expect(isError).toBe(false);
    expect(seen[0]?.method).toBe('POST');
    expect(JSON.parse(seen[0]?.body ?? '')).toStrictEqual(typeof body === 'string' ? JSON.parse(body) : body);
    expect(api.requests[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('that may be anything is one argument', async () => {
    const { seen } = await call('whole-bad', { body: '{"a":[{}]}' });
    expect(seen).toStrictEqual([{ method: 'PUT', url: '/base/v1/whole?key=s3cret', body: '{"a":[{}]}' }]);
  });
});

describe('credentials', () => {
  const operations = [{ name: 'get', path: '/x' }];
  const values = Object.entries(HOSTILE_PASSWORDS);
  const visible = (text: string) => /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
  // One server for all: a Resource for each value and method.
  let all: ServedInstance;
  let asking: McpClient;
  const ways = [
    { method: 'bearer', fits: (text: string) => /^[\x21-\x7e]+$/.test(text) },
    { method: 'basic', fits: (text: string) => !/\p{Cc}/u.test(text) },
    { method: 'header', parameter: 'X-API-Key', fits: visible },
    {
      method: 'query',
      parameter: 'api_key',
      // four digits of an escape reach no character beyond the first plane
      fits: (text: string) => !/[\ud800-\udfff]/.test(text),
    },
  ];
  const cases = ways.flatMap((way) =>
    values.map(([what, text], index) => ({ way, what, text, name: `${way.method}-${index}` })),
  );
  beforeAll(async () => {
    all = await serveInstance(
      tenantOf({
        endpoints: Object.fromEntries(
          cases.map(({ way: { method, parameter }, name }) => [
            name,
            {
              baseUrl: `http://127.0.0.1:${api.port}`,
              operations,
              credentialsRef: { name, method, ...(parameter !== undefined && { parameter }) },
            },
          ]),
        ),
        secrets: Object.fromEntries(
          cases.map(({ text, name }) => [name, { token: text, username: 'reader', password: text }]),
        ),
      }),
    );
    asking = await all.connect();
  });
  afterAll(() => all?.stop());

  test.each(cases)(
    'of $way.method with $what arrive as they are, or are refused with a reason',
    async ({ way, text, name }) => {
      const tool = `get-${name.replace('-', '_')}`;
      const { content, isError } = await asking
        .callTool(tool)
        .catch((error: Error) => ({ content: error.message, isError: true }));
      const status = all.reconciled.response.desired?.composite?.resource?.['status'] as {
        resources: JsonObject[];
      };
      const entry = status.resources.find((resource) => resource['name'] === name);
      if (!way.fits(text)) {
        expect(entry).toMatchObject({ phase: 'Failed', reason: 'CredentialsUnsupported' });
        expect(JSON.stringify(content)).toContain('not exist');
        return expect(api.requests).toStrictEqual([]);
      }
      expect(isError, JSON.stringify(entry)).toBe(false);
      const [{ headers, url } = { headers: {} as IncomingHttpHeaders, url: '' }] = api.requests;
      const arrived: Record<string, unknown> = {
        bearer: headers.authorization?.replace(/^Bearer /, ''),
        basic: Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64')
          .toString()
          .replace(/^reader:/, ''),
        header: headers['x-api-key'],
        query: new URL(url, 'http://api').searchParams.get('api_key'),
      };
      expect(arrived[way.method]).toBe(text);
    },
  );
});
