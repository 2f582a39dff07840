/**
 * Tenants' input of every kind, mutated, through the function and through the wire: nothing throws, nothing that one
 * Resource holds is fatal or an InternalError, and the Resource beside it is served. FUZZ_RUNS sets the number of cases
 * of each fuzzer, FUZZ_SEED the seed.
 */
import { RunFunctionRequest, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/kube.ts';
import { listAt, objectAt, stringAt } from '../../../src/contract/observed.ts';
import { targetsKey } from '../../../src/contract/targets.ts';
import { runFunction } from '../../../src/function/run-function.ts';
import { decodeRequest } from '../../../src/grpc/wire/request.ts';
import { encodeResponse } from '../../../src/grpc/wire/response.ts';
import { WireError } from '../../../src/grpc/wire/wire-error.ts';
import { readOpenApi } from '../../../src/servers/api/openapi/read.ts';
import { reconcile, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { NOW, release } from '../../support/handler.ts';
import {
  authority,
  environmentConfig,
  everythingAllowed,
  type Flavour,
  secret,
  worldOf,
  xr,
} from '../../support/world.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 150);
const seed = process.env['FUZZ_SEED'];
const options = { numRuns, ...(seed !== undefined && { seed: Number(seed) }) };

/** What stands where something else belongs; the strings are short so that many cases are tried. */
const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1e300,
    '',
    '\ud800',
    '__proto__',
    'constructor',
    '${X}',
    '{{.x}}',
    '*',
    '\0',
    [],
    {},
    [[]],
    { toString: null },
    JSON.parse('{"__proto__":{"type":"string"}}') as Json,
    { $ref: '#/' },
    { $ref: '#/components/schemas/A' },
    '2026-03-02T10:31:00Z',
    'x'.repeat(300),
    ['null', 'string'],
    { valueOf: 1, toString: { a: 1 } },
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
);

/** A change of JSON at some place: another value, a value twice, a field less, a field more. */
interface Change {
  at: number;
  how: 'replace' | 'remove' | 'wrap' | 'add' | 'copy';
  value: Json;
  key: string;
}
const changes = fc.array(
  fc.record<Change>({
    at: fc.nat(100_000),
    how: fc.constantFrom('replace', 'replace', 'remove', 'wrap', 'add', 'copy'),
    value: odd,
    key: fc.constantFrom(
      '__proto__',
      'toString',
      'type',
      '$ref',
      'allOf',
      'items',
      'properties',
      'name',
      'x',
      '',
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

const set = (object: JsonObject, key: string, value: Json): void => {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Every place in JSON that a value stands at. */
const placesIn = (root: Json): { holder: JsonObject; key: string }[] => {
  const places: { holder: JsonObject; key: string }[] = [];
  const visit = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as JsonObject, key });
      visit((value as JsonObject)[key] ?? null);
    }
  };
  visit(root);
  return places;
};

const mutate = <T extends Json>(root: T, all: readonly Change[]): T => {
  const box = { root: structuredClone(root) as Json };
  for (const { at, how, value: given, key } of all) {
    const value = structuredClone(given);
    const places = placesIn(box.root);
    const place = places[at % Math.max(1, places.length)];
    if (!place) break;
    const { holder } = place;
    const before = holder[place.key] ?? null;
    if (how === 'replace') set(holder, place.key, value);
    else if (how === 'remove' && Array.isArray(holder)) holder.splice(Number(place.key), 1);
    else if (how === 'remove') delete holder[place.key];
    else if (how === 'wrap') set(holder, place.key, at % 2 ? [before] : { [key]: before });
    else if (how === 'copy')
      set(holder, place.key, structuredClone(places[value === null ? 0 : at % 7]?.holder ?? null));
    else if (typeof before === 'object' && before !== null && !Array.isArray(before)) set(before, key, value);
  }
  return box.root as T;
};

const document: JsonObject = {
  openapi: '3.0.3',
  components: {
    schemas: {
      A: {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string' }, b: { $ref: '#/components/schemas/B' } },
      },
      B: {
        allOf: [
          { $ref: '#/components/schemas/A' },
          { type: 'object', properties: { c: { enum: ['x', 'y'] } } },
        ],
      },
      C: { oneOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
    },
    parameters: {
      q: { name: 'q', in: 'query', schema: { type: 'array', items: { type: 'string' } }, explode: false },
    },
  },
  paths: {
    '/a/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '[a-z]+' } }],
      get: { operationId: 'getA', summary: 'Gets', parameters: [{ $ref: '#/components/parameters/q' }] },
      put: {
        operationId: 'putA',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/B' } } },
        },
      },
    },
    '/b': {
      post: {
        parameters: [
          { name: 'X-A', in: 'header', required: true, schema: { $ref: '#/components/schemas/C' } },
        ],
      },
    },
    '/good': { get: { operationId: 'good' } },
  },
};

const data = (name: string, fields: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'tas-acme' },
  data: fields,
});

const labels = { labels: { team: 'sales' } };
const status: JsonObject = {
  phase: 'Connected',
  lastChecked: '2026-03-02T10:01:00Z',
  validUntil: '2026-03-02T10:31:00Z',
  checkedSpec: 'x',
  selectedBy: ['a'],
};
const at = { ...labels, status };
const ca = { caRef: { kind: 'ConfigMap', name: 'ca', key: 'ca.crt' } };
const key = { credentialsRef: { name: 'key' } };

/** For each type: its Instance, a Resource that is to be changed, and one that has to stay as it is. */
const types: Record<string, { instance: string; kind: string; bad: JsonObject; good: JsonObject }> = {
  dbhub: {
    instance: 'DBHubInstance',
    kind: 'Database',
    bad: {
      type: 'postgres',
      host: 'a.example.com',
      port: 1,
      database: 'a',
      sslMode: 'verify-full',
      maxRows: 3,
      description: 'x',
      ...key,
      ...ca,
    },
    good: { type: 'postgres', host: 'b.example.com', database: 'b', credentialsRef: { name: 'good' } },
  },
  search: {
    instance: 'SearchMCPInstance',
    kind: 'SearchEngine',
    bad: { type: 'opensearch', host: 'a.example.com', indices: ['a-*'], ...key, ...ca },
    good: { type: 'opensearch', host: 'b.example.com', credentialsRef: { name: 'good' } },
  },
  storage: {
    instance: 'StorageMCPInstance',
    kind: 'StorageBucket',
    bad: { endpoint: 'https://a.example.com:9000', bucket: 'bucket-a', prefix: 'a/', ...key },
    good: { endpoint: 'https://b.example.com:9000', bucket: 'bucket-b', credentialsRef: { name: 'good' } },
  },
  api: {
    instance: 'APIMCPInstance',
    kind: 'APIEndpoint',
    bad: {
      baseUrl: 'https://a.example.com/v1',
      openapi: { configMap: 'doc' },
      allow: ['*'],
      deny: ['GET /x*'],
      ...key,
      ...ca,
    },
    good: {
      baseUrl: 'https://b.example.com',
      operations: [{ name: 'good', path: '/good' }],
      credentialsRef: { name: 'good' },
    },
  },
};

const settings = environmentConfig(everythingAllowed);
const keys = {
  token: 'secret',
  username: 'user',
  password: 'pass',
  accessKeyId: 'id',
  secretAccessKey: 'secret',
  apiKey: 'x',
};

const worldWith = (flavour: Flavour, name: string, text: string): { world: World; bad: KubeObject[] } => {
  const { instance, kind, bad, good } = types[name] as (typeof types)[string];
  const changed = [
    xr(flavour, kind, 'bad', bad, at),
    secret('key', keys),
    data('ca', { 'ca.crt': authority() }),
    data('doc', { 'openapi.json': text }),
  ];
  const composite = xr(flavour, instance, 'sales', { resourceSelector: { matchLabels: { team: 'sales' } } });
  const rest = [
    settings,
    xr(flavour, kind, 'good', good, { ...labels, created: '2026-01-01T00:00:00Z' }),
    secret('good', keys),
  ];
  return { world: worldOf(composite, [...rest, ...changed]), bad: changed };
};

const flavour = fc.constantFrom<Flavour>('claims', 'namespaced');
const typeName = fc.constantFrom(...Object.keys(types));
const call = (request: RunFunctionRequest) => runFunction(request, { release, now: NOW });

/** What an answer contains about the Resource `good`: its entry of the status, credentials, and target of the probe. */
const goodIn = ({ desired }: RunFunctionResponse): Record<string, unknown> => {
  const { composite, resources = {} } = desired ?? {};
  const texts = Object.values(resources).flatMap(
    ({ resource }) => stringAt(resource, 'data', targetsKey) ?? [],
  );
  const { targets } = JSON.parse(texts[0] ?? '{"targets":[]}') as { targets: { name: string }[] };
  return {
    entry: listAt(composite?.resource, 'status', 'resources').find(
      (entry) => stringAt(entry, 'name') === 'good',
    ),
    credentials: Object.entries(objectAt(resources['credentials']?.resource, 'data')).filter(([name]) =>
      name.startsWith('GOOD_'),
    ),
    target: targets.find(({ name }) => name === 'good'),
  };
};

/** The same where nothing is changed, by flavour and type. */
const sound = new Map<string, Record<string, unknown>>();
const soundOf = async (way: Flavour, name: string): Promise<Record<string, unknown>> => {
  const key = `${way} ${name}`;
  const known = sound.get(key) ?? goodIn((await reconcile(call, worldWith(way, name, '').world)).response);
  sound.set(key, known);
  return known;
};

/** What must hold of any answer to an Instance with the Resource `good`, whatever else it selects. */
const holds = async (world: World, good: Record<string, unknown>): Promise<void> => {
  const { response } = await reconcile((request) => {
    const answer = call(decodeRequest(RunFunctionRequest.encode(request).finish()));
    encodeResponse(answer);
    return answer;
  }, world);
  expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
  expect(JSON.stringify(response)).not.toContain('InternalError');
  expect(goodIn(response)).toStrictEqual(good);
};

/** Keeps what Crossplane itself finds an object by. */
const identified = (object: KubeObject, before: KubeObject): KubeObject => {
  const { apiVersion, kind, metadata } = before;
  const changed = object as unknown as JsonObject;
  const given = changed['metadata'];
  const base = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  return {
    ...changed,
    apiVersion,
    kind,
    metadata: {
      ...base,
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      labels: metadata['labels'] ?? {},
    },
  } as KubeObject;
};

describe('fuzz', () => {
  test.each(Object.keys(types))('starts from a Resource that is served: %s', async (name) => {
    const { response } = await reconcile(call, worldWith('claims', name, JSON.stringify(document)).world);
    const entries = listAt(response.desired?.composite?.resource, 'status', 'resources');
    expect(entries.map((entry) => stringAt(entry, 'reason'))).toStrictEqual(['Checking', 'NotChecked']);
    const { entry, credentials, target } = await soundOf('claims', name);
    expect(entry).toMatchObject({ phase: 'Pending', reason: 'NotChecked' });
    expect(credentials).not.toStrictEqual([]);
    expect(target).toHaveProperty('check');
  });

  /** Places of a Resource and of what it names, for values that are nested to any depth. */
  const places = ['spec', 'status', 'metadata.annotations', 'data'];
  const far = (open: string, close: string): Json =>
    JSON.parse(`${open.repeat(20_000)}1${close.repeat(20_000)}`) as Json;
  const nested = { lists: far('[', ']'), maps: far('{"a":', '}') };
  const within = (object: KubeObject, place: string, value: Json): KubeObject => {
    const [first = '', second] = place.split('.');
    const before = objectAt(object, first);
    const after = second === undefined ? { ...before, odd: value } : { ...before, [second]: { odd: value } };
    return { ...object, [first]: after };
  };

  test.each(Object.keys(types).flatMap((name) => places.map((place) => [name, place] as const)))(
    '20,000 nested lists and maps: %s, in %s',
    async (name, place) => {
      const { world, bad } = worldWith('claims', name, JSON.stringify(document));
      const request = (await reconcile(call, world)).request;
      for (const value of Object.values(nested)) {
        const given = structuredClone(request);
        const changed = bad.map(({ metadata }) => metadata.name);
        for (const { items } of Object.values(given.requiredResources))
          for (const item of items)
            if (changed.includes(stringAt(item.resource, 'metadata', 'name') ?? ''))
              item.resource = within(
                item.resource as unknown as KubeObject,
                place,
                value,
              ) as unknown as JsonObject;
        const response = call(given);
        expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
        expect(JSON.stringify(response)).not.toContain('InternalError');
        expect(goodIn(response)).toStrictEqual(await soundOf('claims', name));
      }
    },
  );

  test('documents whose JSON is changed', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const read = readOpenApi(JSON.stringify(mutate(document, all)));
        expect(typeof (read.ok ? read.value.operations : read.error)).not.toBe('undefined');
        structuredClone(read);
      }),
      options,
    );
  });

  test('documents whose text is changed', () => {
    const json = JSON.stringify(document);
    const yaml =
      'openapi: 3.0\npaths:\n  /a: &a\n    get:\n      parameters:\n        - {name: q, in: query}\n  /b:\n    <<: *a\n';
    const piece = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        '- ',
        '\n',
        '"',
        '*a',
        '&b ',
        '<<: ',
        '? ',
        '|\n',
        '!!set',
        '#',
        '\t',
        '\ufeff',
        '---\n',
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(json, yaml),
        fc.array(fc.tuple(fc.nat(5000), fc.nat(20), piece), { maxLength: 6 }),
        (text, edits) => {
          const changed = edits.reduce((now, [place, length, by]) => {
            const start = place % (now.length + 1);
            return now.slice(0, start) + by + now.slice(start + length);
          }, text);
          structuredClone(readOpenApi(changed));
        },
      ),
      options,
    );
  });

  test('specs, statuses, Secrets, ConfigMaps and documents of every type, for the Instance', async () => {
    await fc.assert(
      fc.asyncProperty(
        flavour,
        typeName,
        fc.nat(),
        changes,
        changes,
        fc.boolean(),
        async (way, name, which, all, more, also) => {
          const text = also ? JSON.stringify(mutate(document, more)) : JSON.stringify(document);
          const { world, bad } = worldWith(way, name, text);
          const target = bad[which % bad.length] as KubeObject;
          const after = identified(mutate(target as unknown as Json, all) as unknown as KubeObject, target);
          await holds(
            {
              ...world,
              objects: world.objects.map((object) => (object === target ? after : object)),
            },
            await soundOf(way, name),
          );
        },
      ),
      options,
    );
  });

  test('the same, for the Resource itself', async () => {
    await fc.assert(
      fc.asyncProperty(flavour, typeName, changes, async (way, name, all) => {
        const { world, bad } = worldWith(way, name, JSON.stringify(document));
        const composite = bad[0] as KubeObject;
        const spec = mutate(composite['spec'] as JsonObject, all);
        const claimRef = (composite['spec'] as JsonObject)['claimRef'];
        const object = {
          ...composite,
          spec: way === 'claims' ? { ...(spec as JsonObject), claimRef: claimRef as Json } : spec,
        };
        const { response } = await reconcile(call, { ...world, composite: object });
        expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
        expect(JSON.stringify(response)).not.toContain('InternalError');
      }),
      options,
    );
  });

  test('Instances, and what is observed of them', async () => {
    const start = worldWith('namespaced', 'dbhub', '').world;
    const settled = (await reconcile(call, (await reconcile(call, start)).world)).request;
    fc.assert(
      fc.property(changes, fc.boolean(), (all, observedOnly) => {
        const request = structuredClone(settled);
        const observed = request.observed?.resources ?? {};
        if (observedOnly)
          for (const [key, { resource }] of Object.entries(observed))
            observed[key] = {
              ...(observed[key] as (typeof observed)[string]),
              resource: mutate(resource as JsonObject, all),
            };
        else if (request.observed?.composite)
          request.observed.composite.resource = mutate(
            request.observed.composite.resource as JsonObject,
            all,
          );
        expect(JSON.stringify(call(request))).not.toContain('InternalError');
      }),
      options,
    );
  });

  test('bytes of requests', async () => {
    const { request } = await reconcile(call, worldWith('claims', 'api', JSON.stringify(document)).world);
    const bytes = RunFunctionRequest.encode(request).finish();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat(), (edits, cut) => {
        const changed = Buffer.from(bytes);
        for (const [at, by] of edits) changed[at % changed.length] = by;
        const given = cut % 3 === 0 ? changed.subarray(0, cut % changed.length) : changed;
        let decoded: RunFunctionRequest;
        try {
          decoded = decodeRequest(given);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        encodeResponse(call(decoded));
      }),
      options,
    );
  });
});
