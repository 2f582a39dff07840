import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { AuthMethod, EngineType, engines } from '../../src/servers/search/engines.ts';
import { SearchEngineSpec } from '../../src/servers/search/search-resource.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { authority, withObjects } from '../support/world.ts';
import { everything, tenantOf } from './tenant.ts';

const secrets = {
  login: { username: 'reader', password: 'p@ss "word"', 'api-key': 'k3y+/=', token: 't0ken' },
  pair: { 'api-key': 'VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw' },
};

/** Every combination that the API accepts, and a name for it. */
const kinds: [string, JsonObject][] = EngineType.options.flatMap((type) =>
  ['disable', 'require', 'verify-full'].flatMap((sslMode) =>
    [undefined, ...AuthMethod.options].flatMap((method) =>
      [undefined, ['orders', 'logs.v1-*']].flatMap((indices): [string, JsonObject][] => {
        const spec: JsonObject = {
          type,
          host: 'engine.invalid',
          sslMode,
          ...(method && { credentialsRef: { name: 'login', method } }),
          ...(indices && { indices }),
          ...(sslMode === 'verify-full' && { caRef: { name: 'authority' } }),
          description: 'They said "${"\\ and :{ - # ü 👩‍💻'.replace('${', '$ {'),
        };
        const name = [type, sslMode, method ?? 'open', indices ? 'listed' : 'all'].join('-').toLowerCase();
        return SearchEngineSpec.safeParse(spec).success ? [[name, spec]] : [];
      }),
    ),
  ),
);

test('the real MCP Toolbox and the gate start on every kind of search engine at once', async () => {
  expect(kinds.length).toBe(5 * 3 * 2 + 3 * 2 * engineMethods());
  const world = tenantOf({ engines: Object.fromEntries(kinds), secrets, instance: everything });
  await using served = await serveInstance(
    withObjects(world, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'authority', namespace: 'tas-acme' },
      data: { 'ca.crt': Buffer.from(authority()).toString('base64') },
    }),
  );
  const tools = (await (await served.connect()).listTools()).map(({ name }) => name);
  for (const [name, { type, indices }] of kinds) {
    const id = name.replaceAll('-', '_');
    const operations = tools
      .filter((tool) => tool.endsWith(`_${id}`))
      .map((tool) => tool.slice(0, -id.length - 1));
    const { patterns } = engines[type as EngineType];
    expect(operations, name).toStrictEqual([
      'cluster_health',
      'count',
      'get_mapping',
      ...(patterns || !indices ? ['list_indices'] : []),
      ...(patterns && !indices ? ['query_dsl'] : []),
      'search',
    ]);
  }
  expect(tools.every((name) => name.length <= 64)).toBe(true);
});

/** Methods that there are over all types. */
const engineMethods = () => EngineType.options.reduce((sum, type) => sum + engines[type].methods.length, 0);

test('a tool keeps its name when another Resource comes, and no two have the same', async () => {
  const spec = { type: 'opensearch', host: 'engine.invalid' };
  const names = async (...engines_: string[]) => {
    const engines = Object.fromEntries(engines_.map((name) => [name, spec]));
    await using served = await serveInstance(tenantOf({ engines, instance: everything }));
    return (await (await served.connect()).listTools()).map(({ name }) => name);
  };
  const alone = await names('shop');
  const more = await names('shop', 'shop.eu', 'dsl-shop', 'indices-shop', `x${'-long'.repeat(20)}`);
  expect(more).toStrictEqual(expect.arrayContaining(alone));
  expect(new Set(more).size).toBe(5 * 6);
  for (const name of more) expect(name).toMatch(/^[a-z0-9_]{1,64}$/);
});

describe('what is sent', () => {
  let recorder: Recorder;
  let served: ServedInstance;
  let client: McpClient;
  const index = 'logs.v1-2026';
  const questions: Record<EngineType, Record<string, JsonObject[]>> = {
    opensearch: {},
    elasticsearch: {
      list_indices: [{}],
      get_mapping: [{ index }, { index: 'logs.v1-*' }],
      count: [{ index }, { index, query: 'a:"b c"' }],
      cluster_health: [{}],
      search: [
        { index },
        {
          index,
          query: 'x',
          size: 0,
          skip: 5,
          sort_by: 'at',
          order: 'asc',
          fields: ['a', 'b*'],
          group_by: 'c',
        },
        { index, sort_by: '_score', format: 'yaml' },
      ],
    },
    meilisearch: {
      get_mapping: [{ index }],
      count: [{ index }],
      cluster_health: [{}],
      search: [
        { index },
        {
          index,
          query: '"a b"',
          filter: 'city = "Bern"',
          sort: ['at:desc'],
          group_by: 'c',
          fields: ['a', 'b'],
          limit: 3,
          offset: 6,
        },
      ],
    },
    typesense: {
      get_mapping: [{ collection: index }],
      count: [{ collection: index }, { collection: index, filter_by: 'total:>100 && city:=Bern' }],
      cluster_health: [{}],
      search: [
        { collection: index, query_by: 'title' },
        {
          collection: index,
          query_by: 'title,text',
          q: 'a&b',
          filter_by: 'x:=1',
          sort_by: 'at:desc',
          facet_by: 'c',
          include_fields: 'title,at',
          exclude_fields: '',
        },
      ],
    },
    qdrant: {
      get_mapping: [{ collection: index }],
      count: [
        { collection: index },
        { collection: index, filter: { must: [{ key: 'a', match: { value: 'b' } }] } },
      ],
      cluster_health: [{}],
      search: [
        { collection: index },
        { collection: index, like: '5c56c793-69f3-4fbf-87e6-c4bf54c28c26', limit: 2 },
        { collection: index, like_number: 42, filter: { must: [] } },
        { collection: index, like_number: 0, fields: ['city', 'address.street'] },
      ],
    },
  };

  beforeAll(async () => {
    recorder = await startRecorder();
    const spec = (type: EngineType, method: string): JsonObject => ({
      type,
      host: recorder.host,
      port: recorder.port,
      sslMode: 'disable',
      indices: ['orders', 'logs.v1-*'],
      credentialsRef: { name: 'login', method },
    });
    served = await serveInstance(
      tenantOf({
        engines: Object.fromEntries(
          EngineType.options.flatMap((type) =>
            engines[type].methods.map((method) => [`${type}-${method}`.toLowerCase(), spec(type, method)]),
          ),
        ),
        secrets,
        instance: everything,
      }),
    );
    client = await served.connect();
  });
  afterAll(async () => {
    await served?.stop();
    await recorder?.[Symbol.asyncDispose]();
  });

  const sent = async (tool: string, args: JsonObject) => {
    recorder.requests.splice(0);
    const { isError, content } = await client.callTool(tool, args);
    expect({ tool, args, isError, content }).toMatchObject({ isError: false });
    return recorder.requests.map(({ method, url, headers, body }) => ({ method, url, headers, body }));
  };

  test.each(EngineType.exclude(['opensearch']).options)('to %s is what its documents say', async (type) => {
    const requests: JsonObject[] = [];
    for (const [operation, all] of Object.entries(questions[type])) {
      for (const args of all) {
        const [request] = await sent(`${operation}_${type}_apikey`, args);
        const { method = '', url = '', headers = {}, body = '' } = request ?? {};
        requests.push({
          tool: operation,
          args,
          request: `${method} ${url}`,
          ...(body !== '' && { type: headers['content-type'] ?? '', body: JSON.parse(body) as JsonObject }),
        });
      }
    }
    await expect(JSON.stringify(requests, null, 2)).toMatchFileSnapshot(`expected/${type}.json`);
  });

  test('an API key of Elasticsearch may be an id and a key, as its API returns them', async () => {
    await using with_ = await serveInstance(
      tenantOf({
        engines: {
          pair: {
            type: 'elasticsearch',
            host: recorder.host,
            port: recorder.port,
            sslMode: 'disable',
            credentialsRef: { name: 'pair', method: 'apiKey' },
          },
        },
        secrets,
        instance: everything,
      }),
    );
    recorder.requests.splice(0);
    await (await with_.connect()).callTool('cluster_health_pair', {});
    // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key
    expect(recorder.requests[0]?.headers['authorization']).toBe(
      'ApiKey VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==',
    );
  });

  test.each([
    ['opensearch-basic', 'authorization', 'Basic cmVhZGVyOnBAc3MgIndvcmQi'],
    ['opensearch-bearer', 'authorization', 'Bearer t0ken'],
    ['elasticsearch-apikey', 'authorization', 'ApiKey k3y+/='],
    ['meilisearch-apikey', 'authorization', 'Bearer k3y+/='],
    ['meilisearch-bearer', 'authorization', 'Bearer t0ken'],
    ['typesense-apikey', 'x-typesense-api-key', 'k3y+/='],
    ['qdrant-apikey', 'api-key', 'k3y+/='],
    ['qdrant-bearer', 'authorization', 'Bearer t0ken'],
  ])('to %s as credentials is %s: %s', async (name, header, value) => {
    const [request] = await sent(`cluster_health_${name.replaceAll('-', '_')}`, {});
    expect(request?.headers[header]).toBe(value);
    const others = ['authorization', 'x-typesense-api-key', 'api-key'].filter((it) => it !== header);
    for (const other of others) expect(request?.headers[other]).toBeUndefined();
  });

  test.each([
    ['typesense', 'search', { collection: index, query_by: 'title', filter_by: '$private(secret:=x)' }],
    ['typesense', 'search', { collection: index, query_by: '$private(title)' }],
    ['typesense', 'search', { collection: index, query_by: 'title', sort_by: '$private(at:asc)' }],
    ['typesense', 'search', { collection: index, query_by: 'title', facet_by: '$private(c)' }],
    ['typesense', 'search', { collection: index, query_by: 'title', include_fields: '$private(*)' }],
    ['typesense', 'count', { collection: index, filter_by: 'x:=1 || $private(y:=2)' }],
    ['typesense', 'search', { collection: 'private', query_by: 'title' }],
    ['typesense', 'get_mapping', { collection: 'orders/documents/export' }],
    ['meilisearch', 'search', { index: 'orders', sort: ['_geoPoint(1,2):asc'] }],
    ['meilisearch', 'get_mapping', { index: 'orders-' }],
    ['meilisearch', 'search', { index: 'logs.v1-*' }],
    [
      'qdrant',
      'search',
      { collection: 'orders', like: { vector: [1], lookup_from: { collection: 'private' } } },
    ],
    ['qdrant', 'search', { collection: 'orders', like: '","lookup_from":{"collection":"private"},"x":"' }],
    ['qdrant', 'count', { collection: '../collections/private' }],
  ])('to %s by %s is nothing, where %j is asked', async (type, operation, args) => {
    recorder.requests.splice(0);
    const { isError } = await client.callTool(`${operation}_${type}_apikey`, args);
    expect({ isError, requests: recorder.requests }).toStrictEqual({ isError: true, requests: [] });
  });
});
