import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

/** A schema, and values that it accepts. Numbers are exact in every program that passes them on. */
interface Shape {
  schema: JsonObject;
  value: fc.Arbitrary<unknown>;
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', 'null', '1', 'a,b', '&a=b#', '{{.x}}', '"\\', ' '),
);
const integer = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const float = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
  .map((value) => value + 0);

const scalars: fc.Arbitrary<Shape> = fc.constantFrom<Shape>(
  { schema: { type: 'string' }, value: text },
  { schema: { type: 'string', enum: ['a', 'b c', '1.5'] }, value: fc.constantFrom('a', 'b c', '1.5') },
  { schema: { type: 'integer' }, value: integer },
  {
    schema: { type: 'integer', format: 'int32', minimum: -5, maximum: 5 },
    value: fc.integer({ min: -5, max: 5 }),
  },
  { schema: { type: 'number' }, value: float },
  { schema: { type: 'boolean' }, value: fc.boolean() },
);

const orNull = ({ schema, value }: Shape, how: number): Shape => ({
  schema: [
    {
      ...schema,
      nullable: true,
      ...(schema['enum'] !== undefined && { enum: [...(schema['enum'] as unknown[]), null] }),
    },
    { anyOf: [schema, { type: 'null' }] },
    { oneOf: [{ type: 'null' }, schema] },
  ][how] as JsonObject,
  value: fc.option(value, { nil: null }),
});

const shapes = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: false },
    { weight: 3, arbitrary: scalars },
    { weight: 1, arbitrary: fc.tuple(scalars, fc.nat(2)).map(([shape, how]) => orNull(shape, how)) },
    {
      weight: 1,
      arbitrary: tie('shape').map(({ schema, value }) => ({
        schema: { type: 'array', items: schema },
        value: fc.array(value, { maxLength: 3 }),
      })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('shape'), tie('shape')).map(([one, other]) => ({
        schema: { oneOf: [one.schema, other.schema] },
        value: fc.oneof(one.value, other.value),
      })),
    },
    {
      weight: 1,
      arbitrary: fc.constant({ schema: {}, value: fc.constantFrom(null, 'a', [1, null], { a: { b: [] } }) }),
    },
    {
      weight: 1,
      arbitrary: fc.constant({
        schema: { type: 'object' },
        value: fc.dictionary(fc.constantFrom('a', 'b c', 'é'), fc.constantFrom(null, 1, 'x', [{}])),
      }),
    },
  ),
})).shape;

const fieldName = fc.constantFrom('a', 'b-c', 'd.e', 'f g', 'é', '$h', 'id', 'q[]');

/** An object with fields, some of them required, and calls with values for some of them. */
const objects: fc.Arbitrary<{ schema: JsonObject; values: JsonObject[] }> = fc
  .uniqueArray(fc.tuple(fieldName, shapes, fc.boolean()), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .chain((all) =>
    fc
      .array(
        fc.record(Object.fromEntries(all.map(([name, { value }]) => [name, value])), {
          requiredKeys: all.filter(([, , required]) => required).map(([name]) => name),
        }),
        { minLength: 3, maxLength: 3 },
      )
      .map((values) => ({
        schema: {
          type: 'object',
          properties: Object.fromEntries(all.map(([name, { schema }]) => [name, schema])),
          required: all.filter(([, , required]) => required).map(([name]) => name),
        },
        values: values as JsonObject[],
      })),
  );

/** Parameters of a query, and calls with values for them. */
const queries = fc
  .uniqueArray(fc.tuple(fieldName, scalars, fc.boolean(), fc.boolean()), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .chain((all) =>
    fc
      .array(
        fc.tuple(
          ...all.map(([, { value }, isList]) =>
            fc.option(isList ? fc.array(value, { maxLength: 3 }) : value, { nil: undefined }),
          ),
        ),
        { minLength: 3, maxLength: 3 },
      )
      .map((values) => ({
        parameters: all.map(([name, { schema }, isList]) => ({
          name,
          in: 'query',
          schema: isList ? { type: 'array', items: schema } : schema,
        })),
        values,
      })),
  );

// An Instance serves 500 operations of an API.
const count = Math.min(Number(process.env['FUZZ_RUNS'] ?? 150), 300);
const bodies = fc.sample(objects, { numRuns: count, seed: 20261130 });
const searches = fc.sample(queries, { numRuns: Math.ceil(count / 2), seed: 20261130 });

let api: Recorder;
let served: ServedInstance;
let client: McpClient;
let argumentsOf: Map<string, string[]>;
beforeAll(async () => {
  api = await startRecorder();
  const document = {
    openapi: '3.1.0',
    paths: Object.fromEntries([
      ...bodies.map(
        ({ schema }, index) =>
          [
            `/b${index}`,
            {
              post: {
                operationId: `b${index}`,
                requestBody: { required: true, content: { 'application/json': { schema } } },
              },
            },
          ] as const,
      ),
      ...searches.map(
        ({ parameters }, index) => [`/q${index}`, { get: { operationId: `q${index}`, parameters } }] as const,
      ),
    ]),
  };
  served = await serveInstance(
    tenantOf({
      endpoints: { it: { baseUrl: `http://127.0.0.1:${api.port}`, openapi: { configMap: 'document' } } },
      configMaps: { document: { 'openapi.json': JSON.stringify(document) } },
      instance: { defaultPolicy: { readOnly: false, maxOperations: 500 } },
    }),
  );
  client = await served.connect();
  argumentsOf = new Map(
    (await client.listTools()).map(({ name, inputSchema }) => [
      name,
      Object.entries(inputSchema.properties ?? {}).map(
        ([key, value]) => `${key} ${(value as { type: string }).type}`,
      ),
    ]),
  );
});
afterAll(async () => {
  await served?.stop();
  await api?.[Symbol.asyncDispose]();
});

const plain = (name: string): string => {
  const text = name.replace(/[^A-Za-z0-9_-]+/g, '_');
  return /[A-Za-z0-9]/.test(text) ? text : '';
};

describe('whatever a document holds, what a caller says arrives', () => {
  test('in a body', async () => {
    let divided = 0;
    for (const [index, { schema, values }] of bodies.entries())
      for (const value of values) {
        const tool = `b${index}-it`;
        const known = argumentsOf.get(tool) ?? [];
        const names = Object.keys(schema['properties'] as object);
        const whole = known.length === 1 && /^body (object|string)$/.test(known[0] ?? '');
        // Only names that are the same for callers are compared if there is an argument for each field.
        if (!whole && !names.every((name) => known.some((it) => it.startsWith(`${name} `)))) continue;
        if (!whole) divided++;
        const args = whole ? { body: known[0] === 'body string' ? JSON.stringify(value) : value } : value;
        api.requests.length = 0;
        const { isError, content } = await client.callTool(tool, args);
        expect({ isError, schema, value }, JSON.stringify(content)).toMatchObject({ isError: false });
        expect(JSON.parse(api.requests[0]?.body ?? ''), JSON.stringify(schema)).toStrictEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }
    expect(divided).toBeGreaterThan(30);
  });

  test('in a query', async () => {
    for (const [index, { parameters, values }] of searches.entries())
      for (const list of values) {
        const named = parameters
          .map(({ name }, at) => [name, list[at]] as const)
          .filter(([name, value]) => value !== undefined && plain(name) === name);
        api.requests.length = 0;
        const { isError, content } = await client.callTool(`q${index}-it`, Object.fromEntries(named));
        expect(isError, JSON.stringify([parameters, named, content])).toBe(false);
        const sent = [...new URL(api.requests[0]?.url ?? '', 'http://api').searchParams];
        const expected = named.flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [value]).map((it) => [name, it]),
        );
        expect(
          sent.map(([name, value]) => [name, value]),
          JSON.stringify(parameters),
        ).toHaveLength(expected.length);
        for (const [name, value] of expected) {
          const wanted =
            typeof value === 'number'
              ? (it: string) => Number(it) === value
              : (it: string) => it === String(value);
          expect(
            sent.some(([key, it]) => key === name && wanted(it)),
            JSON.stringify({ name, value, sent }),
          ).toBe(true);
        }
      }
  });
});
