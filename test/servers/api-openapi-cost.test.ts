import { describe, expect, test } from 'vitest';
import { operationsOf } from '../../src/servers/api/openapi/operations.ts';
import { readOpenApi } from '../../src/servers/api/openapi/read.ts';

/** How often a reader touches a document: counted by the document itself, not by the reader. */
const touchesOf = (document: object): number => {
  let touches = 0;
  const known = new WeakMap<object, object>();
  const counted = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const before = known.get(value);
    if (before) return before;
    const proxy = new Proxy(value, {
      get: (target, key) => {
        touches += 1;
        const found: unknown = Reflect.get(target, key);
        return typeof found === 'function' ? found : counted(found);
      },
      has: (target, key) => {
        touches += 1;
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor: (target, key) => {
        touches += 1;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target);
        touches += keys.length;
        return keys;
      },
    });
    known.set(value, proxy);
    return proxy;
  };
  operationsOf(counted(document) as Record<string, unknown>);
  return touches;
};

const many = <T>(count: number, make: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, make(index)]));
const list = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A document whose paths all use what stands once under `components/x`. */
const shared = (count: number, x: unknown, operation: object, more: object = {}) => ({
  openapi: '3.1.0',
  components: { x, ...more },
  paths: Object.fromEntries(list(Math.min(count, 1500), (index) => [`/p${index}`, { post: operation }])),
});
const ref = { $ref: '#/components/x' };
const body = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } });
const parameter = (fields: object) => ({ parameters: [{ name: 'q', in: 'query', ...fields }] });

/** Documents in which something large stands where it is referred to from everywhere; all grow with n. */
const documents: Record<string, (n: number) => object> = {
  'a list as the place of a parameter': (n) =>
    shared(n, { name: 'q', in: list(n, () => 'x') }, { parameters: [ref] }),
  'a map as the name of a parameter': (n) =>
    shared(n, { name: many(n, () => 1), in: 'query' }, { parameters: [ref] }),
  'a list of types': (n) => shared(n, { type: list(n, () => 'string') }, parameter({ schema: ref })),
  'a list of lists as type': (n) => shared(n, { type: [list(n, () => [])] }, parameter({ schema: ref })),
  'many keywords': (n) => shared(n, { ...many(n, () => 1), allOf: [{}] }, body(ref)),
  'many fields': (n) => shared(n, { properties: many(n, () => ({ type: 'string' })) }, body(ref)),
  'many required fields': (n) =>
    shared(n, { properties: { a: {} }, required: list(n, (i) => `k${i}`) }, body(ref)),
  'many values': (n) => shared(n, { enum: list(n, (i) => `k${i}`) }, parameter({ schema: ref })),
  'many parts': (n) =>
    shared(n, { allOf: list(n, () => ({ $ref: '#/components/y' })) }, body(ref), { y: {} }),
  'many choices': (n) =>
    shared(n, { oneOf: list(n, () => ({ $ref: '#/components/y' })) }, parameter({ schema: ref }), {
      y: { properties: many(n, () => 1) },
    }),
  'parts of parts': (n) => shared(n, { allOf: list(n, () => ref) }, body({ allOf: list(100, () => ref) })),
  'many media types': (n) => shared(n, { content: many(n, () => ({})) }, { requestBody: ref }),
  'many parameters of a path that all paths are': (n) => ({
    openapi: '3.1.0',
    paths: {
      '/big': { parameters: list(n, (i) => ({ name: `q${i}`, in: 'query' })), get: {} },
      ...Object.fromEntries(list(n, (i) => [`/p${i}`, { $ref: '#/paths/~1big' }])),
    },
  }),
  'one parameter in every operation': (n) =>
    shared(
      n,
      { name: 'q', in: 'query', schema: { enum: list(100, (i) => `v${i}`) } },
      { parameters: list(64, () => ref) },
    ),
  'invalid paths': (n) => ({ openapi: '3.1.0', paths: many(n, () => 1) }),
  'references in a row': (n) => ({
    openapi: '3.1.0',
    paths: { '/a': { get: parameter({ schema: { $ref: '#/k0' } }) } },
    ...Object.fromEntries(list(n, (i) => [`k${i}`, { $ref: `#/k${i + 1}` }])),
  }),
  'a long reference': (n) => shared(n, { $ref: `#/${'a/'.repeat(n)}` }, parameter({ schema: ref })),
  'nested lists': (n) =>
    shared(
      n,
      nested(n, (inner) => ({ type: 'array', items: inner })),
      parameter({ schema: ref }),
    ),
};

const nested = (depth: number, around: (inner: object) => object): object => {
  let value: object = { type: 'string' };
  for (let level = 0; level < depth; level++) value = around(value);
  return value;
};

describe('what reading a document costs', () => {
  test.each(Object.entries(documents))('grows no faster than the document: %s', (_, make) => {
    const [first, second, third] = [500, 1000, 2000].map((n) => touchesOf(make(n))) as [
      number,
      number,
      number,
    ];
    expect(second).toBeLessThan(first * 2.5 + 1000);
    expect(third).toBeLessThan(second * 2.5 + 1000);
  });
});

describe('what stands where a short word belongs', () => {
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
  const values: [string, unknown][] = [
    ['an object that looks like a text', { toString: 1, valueOf: 1 }],
    ['an object with a prototype', JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}')],
    ['20,000 nested lists', deep],
    ['null', null],
    ['a number', 1e300],
    ['a list', ['string', ['null'], null, { toString: null }]],
    ['a text of 400 KB', 'x'.repeat(400_000)],
    ['half a character', '\ud800'],
  ];
  const good = { get: { operationId: 'good' } };
  const places: Record<string, (value: unknown) => object> = {
    version: (value) => ({ openapi: value }),
    swagger: (value) => ({ swagger: value }),
    paths: (value) => ({ paths: value }),
    path: (value) => ({ paths: { '/good': good, '/a': value } }),
    reference: (value) => ({ paths: { '/good': good, '/a': { $ref: value } } }),
    ...Object.fromEntries(
      ['operationId', 'summary', 'description', 'parameters', 'requestBody'].map((key) => [
        key,
        (value: unknown) => ({ paths: { '/good': good, '/a': { post: { [key]: value } } } }),
      ]),
    ),
    ...Object.fromEntries(
      ['name', 'in', 'required', 'style', 'explode', 'schema', 'content', 'description'].map((key) => [
        `parameter ${key}`,
        (value: unknown) => ({
          paths: { '/good': good, '/a': { get: { parameters: [{ name: 'q', in: 'query', [key]: value }] } } },
        }),
      ]),
    ),
    ...Object.fromEntries(
      [
        'type',
        'format',
        'enum',
        'pattern',
        'minimum',
        'items',
        'properties',
        'required',
        'allOf',
        'oneOf',
        'anyOf',
        'default',
        'readOnly',
        'additionalProperties',
      ].map((key) => [
        `schema ${key}`,
        (value: unknown) => ({
          paths: {
            '/good': good,
            '/a': { post: { ...parameter({ schema: { [key]: value } }), ...body({ [key]: value }) } },
          },
        }),
      ]),
    ),
  };
  test.each(Object.entries(places))('at %s never throws, and harms no other operation', (place, make) => {
    for (const [what, value] of values) {
      const document = { openapi: '3.0.3', paths: { '/good': good }, ...make(value) };
      // without JSON.stringify, which does not bear the depth
      const text = textOf(document);
      const read = readOpenApi(text);
      if (['version', 'swagger', 'paths'].includes(place)) continue;
      if (!read.ok) throw new Error(`${what}: ${read.error}`);
      expect(
        read.value.operations.map(({ name }) => name),
        what,
      ).toContain('good');
      expect(() => structuredClone(read), what).not.toThrow();
    }
  });
});

const textOf = (value: unknown): string => {
  if (Array.isArray(value) && value.length === 1 && Array.isArray(value[0])) {
    let depth = 0;
    let inner: unknown = value;
    for (; Array.isArray(inner) && inner.length === 1; inner = inner[0]) depth++;
    return `${'['.repeat(depth)}${textOf(inner)}${']'.repeat(depth)}`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, child]) => `${JSON.stringify(key)}:${textOf(child)}`)
      .join(',')}}`;
  return JSON.stringify(value);
};
