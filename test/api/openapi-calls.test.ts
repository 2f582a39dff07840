import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

/** What an operation of a document gets, and what the API has to get then. */
interface Case {
  /** The path item's only operation is a POST if it has a body, otherwise a GET. */
  operation: JsonObject;
  path?: string;
  calls: Call[];
}

type Call = [args: JsonObject, arrives: Arrives | 'refused'];

interface Arrives {
  /** Path and query, decoded pair by pair. */
  path?: string;
  query?: [string, string][];
  /** JSON is compared as a text, so that no digit is lost. */
  body?: string;
  type?: string;
  headers?: Record<string, string | undefined>;
}

const query = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name: 'q', in: 'query', schema, ...more }],
});
const inPath = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name: 'id', in: 'path', required: true, schema, ...more }],
});
const body = (schema: JsonObject, media = 'application/json', more: JsonObject = {}): JsonObject => ({
  requestBody: { required: true, content: { [media]: { schema, ...more } } },
});
const fields = (properties: JsonObject, more: JsonObject = {}): JsonObject =>
  body({ type: 'object', properties, ...more });

const int64 = { type: 'integer', format: 'int64' };
const big = '9007199254740993';
/** The next number that is not exact. */
const beyond = 2 ** 53;
const strings = { type: 'array', items: { type: 'string' } };
const numbers = { type: 'array', items: { type: 'number' } };
const pair = { type: 'object', properties: { R: { type: 'integer' }, G: { type: 'string' } } };
const free = { type: 'object' };
const form = 'application/x-www-form-urlencoded';
const no = 'refused' as const;

const cases: Record<string, Case> = {
  // null, several types, any type
  'an optional field with null': {
    operation: fields({ name: { type: 'string' }, due: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
    calls: [
      [{ body: { name: 'a', due: null } }, { body: '{"due":null,"name":"a"}' }],
      [{ body: { due: '2026-01-01' } }, { body: '{"due":"2026-01-01"}' }],
      [{ due: 'x' }, no],
    ],
  },
  'an optional field that is nullable in 3.0': {
    operation: fields({ due: { type: 'integer', nullable: true } }),
    calls: [[{ body: { due: null } }, { body: '{"due":null}' }]],
  },
  'a field whose default is null': {
    operation: fields({ due: { type: ['string', 'null'], default: null }, a: { type: 'string' } }),
    calls: [
      [{ a: 'x', due: 'y' }, { body: '{"due":"y","a":"x"}' }],
      [{ a: 'x', due: null }, { body: '{"a":"x"}' }],
    ],
  },
  'a required field with null': {
    operation: fields({ parent: { type: ['string', 'null'] } }, { required: ['parent'] }),
    calls: [
      [{ parent: 'x' }, { body: '{"parent":"x"}' }],
      [{ parent: null }, { body: '{"parent":null}' }],
      [{}, { body: '{"parent":null}' }],
    ],
  },
  'a field of several types': {
    operation: fields({ a: { type: ['string', 'integer'] } }),
    calls: [
      [{ body: { a: 'x' } }, { body: '{"a":"x"}' }],
      [{ body: { a: 7 } }, { body: '{"a":7}' }],
    ],
  },
  'a field without a type': {
    operation: fields({ a: {}, b: { type: 'string' } }),
    calls: [
      [{ body: { a: [{ c: null }, 1.5, false], b: 'x' } }, { body: '{"a":[{"c":null},1.5,false],"b":"x"}' }],
    ],
  },
  'a field with choices': {
    operation: fields({ a: { oneOf: [{ type: 'object' }, { type: 'array', items: {} }] } }),
    calls: [[{ body: { a: [1] } }, { body: '{"a":[1]}' }]],
  },
  'a list with null in it': {
    operation: fields({ a: { type: 'array', items: { type: ['string', 'null'] } } }),
    calls: [[{ body: { a: ['x', null] } }, { body: '{"a":["x",null]}' }]],
  },
  'fields with any names': {
    operation: fields({ a: { type: 'string' } }, { additionalProperties: { type: 'string' } }),
    calls: [[{ body: { a: 'x', other: 'y' } }, { body: '{"a":"x","other":"y"}' }]],
  },
  'a body of several types': {
    operation: body({ oneOf: [{ type: 'object' }, { type: 'array', items: {} }] }),
    calls: [
      [{ body: '[1,{"a":null}]' }, { body: '[1,{"a":null}]' }],
      [{ body: `{"id":${big}}` }, { body: `{"id":${big}}` }],
    ],
  },
  'a body of nothing but null and an object': {
    operation: body({ anyOf: [{ type: 'object', properties: { a: {} } }, { type: 'null' }] }),
    calls: [[{ body: { a: null } }, { body: '{"a":null}' }]],
  },
  // integers
  'an integer of 64 bits in the path': {
    path: '/x/{id}',
    operation: inPath(int64),
    calls: [
      [{ id: big }, { path: `/x/${big}` }],
      [{ id: '-9223372036854775808' }, { path: '/x/-9223372036854775808' }],
      [{ id: '1.5' }, no],
      [{ id: '../x' }, no],
      [{ id: '01' }, no],
      [{ id: 7 }, no],
    ],
  },
  'an integer in the path': {
    path: '/x/{id}',
    operation: inPath({ type: 'integer' }),
    calls: [
      [{ id: 9007199254740991 }, { path: '/x/9007199254740991' }],
      [{ id: beyond }, no],
      [{ id: -beyond }, no],
    ],
  },
  'an integer of 64 bits with bounds': {
    operation: query({ ...int64, minimum: 1, maximum: 100 }),
    calls: [
      [{ q: 7 }, { query: [['q', '7']] }],
      [{ q: 101 }, no],
    ],
  },
  'integers of 64 bits in JSON': {
    operation: fields({ id: int64, ids: { type: 'array', items: int64 } }),
    calls: [
      [{ id: big, ids: [big, '0'] }, { body: `{"id":${big},"ids":[${big},0]}` }],
      [{ ids: [] }, { body: '{"ids":[]}' }],
      [{ id: '1,"admin":true' }, no],
      [{ ids: ['1],"admin":[true'] }, no],
    ],
  },
  'an integer of 64 bits beside null': {
    operation: fields({ id: int64, due: { type: 'string', nullable: true } }),
    calls: [[{ body: `{"id":${big},"due":null}` }, { body: `{"id":${big},"due":null}` }]],
  },
  'integers within an object': {
    operation: fields({ a: free, b: { type: 'array', items: free } }),
    calls: [
      [{ a: { n: 9007199254740991 } }, { body: '{"a":{"n":9007199254740991}}' }],
      [{ a: { n: beyond } }, no],
      [{ a: { n: [{ m: -beyond }] } }, no],
      [{ b: [{ n: 1e19 }] }, no],
      [{ a: { n: 1.5, m: 1e300 } }, { body: '{"a":{"m":1e+300,"n":1.5}}' }],
    ],
  },
  // queries
  'an object in the query': {
    operation: query(pair),
    calls: [
      [
        { q: { R: 100, G: 'a&b=c' } },
        {
          query: [
            ['G', 'a&b=c'],
            ['R', '100'],
          ],
        },
      ],
      [{ q: { other: 1 } }, no],
      [{ q: {} }, { query: [] }],
      [{}, { query: [] }],
    ],
  },
  'a free object in the query': {
    operation: query(free),
    calls: [
      [
        { q: { a: 1000000, b: 1234567.5, c: true, d: 'x' } },
        {
          query: [
            ['a', '1000000'],
            ['b', '1234567.5'],
            ['c', 'true'],
            ['d', 'x'],
          ],
        },
      ],
      [{ q: { a: [1] } }, no],
      [{ q: { a: { b: 1 } } }, no],
      [{ q: { a: null } }, no],
      [{ q: { a: beyond } }, no],
    ],
  },
  'an object in the query as one value': {
    operation: query(pair, { explode: false }),
    calls: [[{ q: { R: 100, G: 'x' } }, { query: [['q', 'G,x,R,100']] }]],
  },
  'an object in the query with brackets': {
    operation: query(free, { style: 'deepObject' }),
    calls: [
      [
        { q: { 'a]b': 'c&d', e: 2.5 } },
        {
          query: [
            ['q[a]b]', 'c&d'],
            ['q[e]', '2.5'],
          ],
        },
      ],
      [{ q: { a: ['x'] } }, no],
      [{ q: { a: { b: 'x' } } }, no],
    ],
  },
  'a list in the query': {
    operation: query(strings),
    calls: [
      [
        { q: ['a,b', 'c&d'] },
        {
          query: [
            ['q', 'a,b'],
            ['q', 'c&d'],
          ],
        },
      ],
      [{ q: [] }, { query: [] }],
    ],
  },
  'a list of numbers in the query': {
    operation: query(numbers),
    calls: [
      [
        { q: [1000000, 0.1, 123456789012, -0.5] },
        {
          query: [
            ['q', '1000000'],
            ['q', '0.1'],
            ['q', '123456789012'],
            ['q', '-0.5'],
          ],
        },
      ],
    ],
  },
  'a list in the query with commas': {
    operation: query(strings, { explode: false }),
    calls: [
      [{ q: ['a', 'b c'] }, { query: [['q', 'a,b c']] }],
      [{ q: ['a,b'] }, no],
      [{ q: [] }, { query: [] }],
    ],
  },
  'a list of numbers in the query with commas': {
    operation: query(numbers, { explode: false }),
    calls: [[{ q: [1000000, 2.5] }, { query: [['q', '1000000,2.5']] }]],
  },
  'a list in the query with pipes': {
    operation: query(strings, { style: 'pipeDelimited', explode: false }),
    calls: [
      [{ q: ['a', 'b'] }, { query: [['q', 'a|b']] }],
      [{ q: ['a|b'] }, no],
    ],
  },
  'a list in the query with spaces': {
    operation: query(strings, { style: 'spaceDelimited', explode: false }),
    calls: [
      [{ q: ['a', 'b'] }, { query: [['q', 'a b']] }],
      [{ q: ['a b'] }, no],
    ],
  },
  'a value or a list of values in the query': {
    operation: query({ anyOf: [{ type: 'string' }, strings] }),
    calls: [
      [
        { q: ['a', 'b'] },
        {
          query: [
            ['q', 'a'],
            ['q', 'b'],
          ],
        },
      ],
    ],
  },
  'a number with all its digits': {
    operation: query({ type: 'number' }),
    calls: [
      [{ q: 0.30000000000000004 }, { query: [['q', '0.30000000000000004']] }],
      [{ q: 0.1 }, { query: [['q', '0.1']] }],
      [{ q: 5000000 }, { query: [['q', '5000000']] }],
    ],
  },
  'a list in the path': {
    path: '/x/{id}/y',
    operation: inPath(strings),
    calls: [
      [{ id: ['a', 'b'] }, { path: '/x/a,b/y' }],
      [{ id: ['a,b'] }, no],
      [{ id: ['../x'] }, no],
      [{ id: ['..'] }, no],
    ],
  },
  // forms and other media types
  'a form': {
    operation: body(
      {
        type: 'object',
        required: ['a'],
        properties: {
          a: { type: 'string' },
          b: { type: 'integer' },
          c: { type: 'boolean' },
          d: strings,
          e: { type: 'number' },
        },
      },
      form,
    ),
    calls: [
      [
        { a: 'x y&z=1', b: 2, c: false, d: ['p', 'q&r'] },
        { body: 'a=x+y%26z%3D1&b=2&c=false&d=p&d=q%26r', type: form },
      ],
      [
        { a: 'é', e: 1000000 },
        { body: 'a=%C3%A9&e=1000000', type: form },
      ],
      [{}, no],
    ],
  },
  'a form with objects': {
    operation: body({ type: 'object', properties: { meta: free, deep: free } }, form, {
      encoding: { deep: { style: 'deepObject', explode: true } },
    }),
    calls: [
      [
        { meta: { a: [1, null] }, deep: { k: 'v w' } },
        { body: 'meta=%7B%22a%22%3A%5B1%2Cnull%5D%7D&deep%5Bk%5D=v+w', type: form },
      ],
    ],
  },
  'a merge patch': {
    operation: body({ type: 'object' }, 'application/merge-patch+json'),
    calls: [[{ body: { a: null } }, { body: '{"a":null}', type: 'application/merge-patch+json' }]],
  },
  'a patch of JSON': {
    operation: body({ type: 'array', items: { type: 'object' } }, 'application/json-patch+json'),
    calls: [
      [
        { body: [{ op: 'remove', path: '/a' }] },
        { body: '[{"op":"remove","path":"/a"}]', type: 'application/json-patch+json' },
      ],
    ],
  },
  'a media type with a parameter': {
    operation: body({ properties: { a: { type: 'string' } } }, 'application/vnd.api+json; version=2'),
    calls: [[{ a: 'x' }, { body: '{"a":"x"}', type: 'application/vnd.api+json; version=2' }]],
  },
  'any media type': {
    operation: body({ properties: { a: { type: 'string' } } }, '*/*'),
    calls: [[{ a: 'x' }, { body: '{"a":"x"}', type: 'application/json' }]],
  },
  'plain text': {
    operation: body({ type: 'string' }, 'text/plain'),
    calls: [[{ body: 'a "b" {{.c}} ${HOME}\n' }, { body: 'a "b" {{.c}} ${HOME}\n', type: 'text/plain' }]],
  },
  'an optional body that is left out': {
    operation: { requestBody: { required: false, content: { 'application/json': { schema: free } } } },
    calls: [
      [{}, { body: '', headers: { 'content-type': undefined } }],
      [{ body: {} }, { body: '{}', type: 'application/json' }],
    ],
  },
  'a body of which the document does not say that it is optional': {
    operation: { requestBody: { content: { 'application/json': { schema: { properties: { a: {} } } } } } },
    calls: [
      [{ a: 1 }, no],
      [{ body: { a: 1 } }, { body: '{"a":1}' }],
    ],
  },
  // what an argument may be
  'a default outside its enum': {
    operation: query({ type: 'string', enum: ['a', 'b'], default: 'z' }),
    calls: [
      [{}, { query: [] }],
      [{ q: 'a' }, { query: [['q', 'a']] }],
      [{ q: 'z' }, no],
    ],
  },
  'a default outside its bounds': {
    operation: query({ type: 'integer', maximum: 5, default: 10 }),
    calls: [[{}, { query: [] }]],
  },
  'a pattern for a part of a value': {
    operation: query({ type: 'string', pattern: '\\S' }),
    calls: [
      [{ q: 'a b' }, { query: [['q', 'a b']] }],
      [{ q: ' ' }, no],
    ],
  },
  'an exclusive bound': {
    operation: query({ type: 'integer', exclusiveMinimum: 0, maximum: 10, exclusiveMaximum: true }),
    calls: [
      [{ q: 1 }, { query: [['q', '1']] }],
      [{ q: 0 }, no],
      [{ q: 10 }, no],
    ],
  },
  'a constant': {
    operation: query({ const: 'only' }),
    calls: [
      [{ q: 'only' }, { query: [['q', 'only']] }],
      [{ q: 'other' }, no],
    ],
  },
  'values of items': {
    operation: query({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
    calls: [
      [{ q: ['a'] }, { query: [['q', 'a']] }],
      [{ q: ['c'] }, no],
    ],
  },
  'an optional header': {
    operation: {
      parameters: [{ name: 'X-Mode', in: 'header', schema: { type: 'string', enum: ['fast', 'slow'] } }],
    },
    calls: [
      [{ 'X-Mode': 'fast' }, { headers: { 'x-mode': 'fast' } }],
      [{}, { headers: { 'x-mode': undefined } }],
      [{ 'X-Mode': 'other' }, no],
    ],
  },
};

/** What the models that use a tool are told about its arguments. */
const told: Record<string, [operation: JsonObject, description: string]> = {
  'the description of a schema': [query({ type: 'string', description: 'Its state.' }), 'Its state.'],
  'the description of the parameter first': [
    query({ type: 'string', description: 'A word.' }, { description: 'Its state.' }),
    'Its state.',
  ],
  values: [query({ type: 'string', enum: ['a', 'b'] }), 'q (one of: a, b)'],
  'values of items': [
    query({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
    'q (("a" | "b")[]) (each: one of: a, b)',
  ],
  bounds: [query({ type: 'integer', minimum: 1, maximum: 9 }), 'q (1 to 9)'],
  'bounds that are exclusive': [
    query({ type: 'number', exclusiveMinimum: 0.5 }),
    'q (more than 0.5) (at least 0.5)',
  ],
  'lengths and a pattern': [
    query({ type: 'string', minLength: 2, maxLength: 4, pattern: '^x' }),
    'q (minimum length 2; maximum length 4) (must match ^x)',
  ],
  'a format and a default': [
    query({ type: 'string', format: 'date', default: '2026-01-01' }),
    'q (string <date>; default: 2026-01-01)',
  ],
  'an integer of 64 bits': [query(int64), 'q (integer <int64>) (an integer, as digits)'],
  'a bound of an integer of 64 bits': [
    query({ ...int64, minimum: 0 }),
    'q (integer <int64>; at least 0) (an integer, as digits)',
  ],
  'keys of an object': [query(pair), 'q ({R?: integer, G?: string}) (keys: one of: R, G)'],
  'nested objects': [
    fields({
      q: {
        type: 'object',
        description: 'Where to.',
        required: ['city'],
        properties: {
          city: { type: 'string', maxLength: 50 },
          geo: { type: 'object', properties: { lat: { type: 'number' }, lon: { type: 'number' } } },
          tags: { type: 'array', items: { type: 'string', enum: ['home', 'work'] } },
          id: { type: 'string', readOnly: true },
        },
      },
    }),
    'Where to. ({city: string (maximum length 50), geo?: {lat?: number, lon?: number}, tags?: ("home" | "work")[]})',
  ],
  'a whole body': [
    body({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', description: 'How it is called.' },
        due: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
      },
    }),
    'JSON: {name: string (How it is called.), due?: string <date> | null}',
  ],
  'a body that is a text': [
    body({ oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'object' }] }),
    'A text of JSON: (string)[] | object',
  ],
  'a name in another script': [
    { parameters: [{ name: 'имя', in: 'query', description: 'A name.', schema: {} }] },
    'A name. (sent as имя)',
  ],
};

const all = Object.entries(cases).map(([what, it], index) => ({ what, ...it, name: `case${index}` }));

const tellers = Object.entries(told).map(([what, [operation, description]], index) => ({
  what,
  operation,
  description,
  name: `told${index}`,
  path: '/x',
}));

/** A path item for each case. A reference to an operation is used where it makes no difference. */
const document = {
  openapi: '3.1.0',
  paths: Object.fromEntries(
    [...all, ...tellers].map(({ operation, path = '/x', name }, index) => [
      `/${name}${path}`,
      {
        [operation['requestBody'] === undefined ? 'get' : 'post']:
          index % 2 ? { $ref: `#/components/x-operations/${name}` } : { operationId: name, ...operation },
      },
    ]),
  ),
  components: {
    'x-operations': Object.fromEntries(
      [...all, ...tellers].map(({ operation, name }) => [name, { operationId: name, ...operation }]),
    ),
  },
};

let api: Recorder;
let served: ServedInstance;
let client: McpClient;
beforeAll(async () => {
  api = await startRecorder();
  served = await serveInstance(
    tenantOf({
      endpoints: { it: { baseUrl: `http://127.0.0.1:${api.port}`, openapi: { configMap: 'document' } } },
      configMaps: { document: { 'openapi.json': JSON.stringify(document) } },
      instance: { defaultPolicy: { readOnly: false, maxOperations: 500 } },
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

test('every operation is a tool', async () => {
  expect((await client.listTools()).length).toBe(all.length + tellers.length);
});

test('the models are told what is accepted', async () => {
  const tools = await client.listTools();
  for (const { what, name, description } of tellers) {
    const tool = tools.find((it) => it.name === `${name}-it`);
    const [argument] = Object.values(tool?.inputSchema.properties ?? {});
    expect(argument, what).toMatchObject({ description });
  }
});

describe.each(all)('$what', ({ name, path = '/x', calls }) => {
  test.each(calls)('with %j', async (args, arrives) => {
    const { isError, content } = await client.callTool(`${name}-it`, args);
    const [request] = api.requests;
    if (arrives === 'refused') {
      expect({ isError, sent: api.requests.map(({ url, body }) => [url, body]) }).toStrictEqual({
        isError: true,
        sent: [],
      });
      return;
    }
    expect(isError, JSON.stringify(content)).toBe(false);
    const url = new URL(request?.url ?? '', 'http://api');
    expect(url.pathname).toBe(`/${name}${arrives.path ?? path}`);
    expect([...url.searchParams]).toStrictEqual(arrives.query ?? []);
    expect(request?.body).toBe(arrives.body ?? '');
    if (arrives.type !== undefined) expect(request?.headers['content-type']).toBe(arrives.type);
    for (const [header, value] of Object.entries(arrives.headers ?? {}))
      expect(request?.headers[header], header).toBe(value);
  });
});
