import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opensearch, startOpensearch } from '../../lab/backends/opensearch.ts';
import { type RewritingFront, startRewritingFront } from '../../lab/backends/rewriting-front.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { HOSTILE_PASSWORDS } from '../backends/hostile-passwords.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { everything, readerOf, tenantOf } from './tenant.ts';

interface Hits {
  hits: {
    total: { value: number };
    hits: { _index: string; _id: string; _source: Record<string, unknown> }[];
  };
  aggregations?: { groups: { buckets: { key: string; doc_count: number }[] } };
}

/** The largest integer of 64 bits, which a number of JavaScript cannot hold. */
const largest: unknown = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(
  '9223372036854775807',
);

const password = 's3cret "with" $pecial {chars}';
let opensearch: Opensearch;
beforeAll(async () => {
  opensearch = await startOpensearch();
  const documents = Array.from({ length: 12 }, (_, number) => [
    `/products/_doc/${number}`,
    { name: number % 2 ? 'Red chair' : 'Blue table', price: number * 10, tag: number % 3 ? 'wood' : 'steel' },
  ]);
  for (const [path, document] of [
    ...documents,
    ['/searches-2026/_doc/1', { q: 'chair' }],
    ['/private/_doc/1', { words: ['chair'] }],
    ['/searches-numbers/_doc/1', { q: 'large', id: largest, my_vector: [1, 2] }],
  ] as [string, object][]) {
    await opensearch.done('PUT', path, document);
  }
  await opensearch.done('POST', '/_refresh');
  await opensearch.createUser('reader', password, readerOf('products', 'searches-*'));
});
afterAll(() => opensearch?.stop());

const engine = (fields = {}) => ({
  type: 'opensearch',
  host: opensearch.host,
  port: opensearch.port,
  sslMode: 'disable',
  credentialsRef: { name: 'login' },
  ...fields,
});
const login = { username: 'reader', password };
const listed = { indices: ['products', 'searches-*'] };
const missing = { indices: ['products', 'searches-2031'] };

describe('a reader with a list of indices', () => {
  let served: ServedInstance;
  let client: McpClient;
  beforeAll(async () => {
    served = await serveInstance(
      tenantOf({
        engines: { catalogue: engine(listed), more: engine(missing) },
        secrets: { login },
        instance: everything,
      }),
    );
    client = await served.connect();
  });
  afterAll(() => served?.stop());
  const call = <T>(operation: string, args: Record<string, unknown> = {}) =>
    client.callTool<T>(`${operation}_catalogue`, args);

  test('is offered tools that only read, and none that could read more than the list', async () => {
    const tools = (await client.listTools()).filter(({ name }) => name.endsWith('_catalogue'));
    expect(tools.map(({ name }) => name)).toStrictEqual([
      'cluster_health_catalogue',
      'count_catalogue',
      'get_mapping_catalogue',
      'list_indices_catalogue',
      'search_catalogue',
    ]);
    for (const { annotations } of tools)
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    await expect(JSON.stringify(tools, null, 2)).toMatchFileSnapshot('expected/tools.json');
  });

  test('lists what is there of it', async () => {
    const { isError, content } = await call<{ indices: { name: string }[] }>('list_indices');
    expect({ isError, names: content.indices.map(({ name }) => name) }).toStrictEqual({
      isError: false,
      names: ['products', 'searches-2026', 'searches-numbers'],
    });
  });

  test('lists what is there, although an index of the list is not', async () => {
    const { isError, content } = await client.callTool<{ indices: { name: string }[] }>('list_indices_more');
    expect({ isError, content }).toMatchObject({ isError: false });
    expect(content.indices.map(({ name }) => name)).toContain('products');
  });

  test('sees the fields of an index', async () => {
    const { content } = await call<Record<string, { mappings: { properties: object } }>>('get_mapping', {
      index: 'products',
    });
    expect(Object.keys(content['products']?.mappings.properties ?? {})).toStrictEqual([
      'name',
      'price',
      'tag',
    ]);
  });

  test('searches, sorts, counts by a field, and chooses fields', async () => {
    const { isError, content } = await call<Hits>('search', {
      index: 'products',
      query: 'name:chair AND price:>=30',
      sort_by: 'price',
      order: 'asc',
      size: 2,
      skip: 1,
      fields: ['pri*'],
      group_by: 'tag.keyword',
    });
    expect(isError).toBe(false);
    expect(content.hits.total.value).toBe(5);
    expect(content.hits.hits.map(({ _source }) => _source)).toStrictEqual([{ price: 50 }, { price: 70 }]);
    expect(content.aggregations?.groups.buckets).toStrictEqual([
      { key: 'wood', doc_count: 3 },
      { key: 'steel', doc_count: 2 },
    ]);
  });

  test('finds everything without a query, and no more than ten unless it asks', async () => {
    const all = await call<Hits>('search', { index: 'products' });
    expect([all.content.hits.total.value, all.content.hits.hits.length]).toStrictEqual([12, 5]);
    const several = await call<Hits>('search', { index: 'searches-*' });
    expect(several.content.hits.hits.map(({ _index }) => _index)).toStrictEqual([
      'searches-2026',
      'searches-numbers',
    ]);
  });

  test('sorts by relevance', async () => {
    const { isError, content } = await call<Hits>('search', {
      index: 'products',
      query: 'name:chair OR price:30',
      sort_by: '_score',
      size: 1,
    });
    expect({ isError, first: content.hits.hits[0]?._id }).toStrictEqual({ isError: false, first: '3' });
  });

  test('keeps the digits of large integers, and leaves vectors out', async () => {
    const args = { index: 'searches-numbers', query: 'q:large', size: 1 };
    const yaml = await call<string>('search', { ...args, format: 'yaml' });
    expect(yaml.isError).toBe(false);
    expect(yaml.content).toContain('9223372036854775807');
    const chosen = await call<Hits>('search', { ...args, fields: ['my_vector'] });
    expect(chosen.content.hits.hits[0]?._source).toStrictEqual({ my_vector: [1, 2] });
    const json = await call<Hits>('search', args);
    expect(Object.keys(json.content.hits.hits[0]?._source ?? {}).sort()).toStrictEqual(['id', 'q']);
  });

  test.each(['path:/var/log/syslog', 'a/b', '"open', 'name:"chair', '\\'])(
    'is told what is wrong with the query %j before it is sent',
    async (query) => {
      const { isError, content } = await call('count', { index: 'products', query });
      expect(isError).toBe(true);
      expect(content).toMatch(/^provided parameters were invalid: unable to parse value for "query"/);
    },
  );

  test.each(['path:"/var/log"', 'a\\/b', 'name:/ch.*/', '\\"open', '"a \\" b"', 'a:b\n"c\nd"'])(
    'may ask %j',
    async (query) => {
      const { isError, content } = await call('count', { index: 'products', query });
      expect({ isError, content }).toMatchObject({ isError: false });
    },
  );

  test('is told that more than 10000 hits cannot be skipped', async () => {
    const { isError } = await call('search', { index: 'products', skip: 9_995, size: 5 });
    expect(isError).toBe(false);
    const { content } = await call('search', { index: 'products', skip: 9_996, size: 5 });
    expect(content).toMatch(/^provided parameters were invalid: .*"skip"/);
  });

  test('counts', async () => {
    expect((await call('count', { index: 'products', query: 'chair' })).content).toMatchObject({ count: 6 });
    expect((await call('count', { index: 'products' })).content).toMatchObject({ count: 12 });
  });

  test('is told a status where the engine refuses, and nothing of what it says', async () => {
    const refused = await call('search', { index: 'products', query: 'name:(' });
    expect(refused.content).toBe('error processing request: unexpected status code: 400 (Bad Request)');
    const forbidden = await call('cluster_health');
    expect(forbidden.content).toBe('error processing request: unexpected status code: 403 (Forbidden)');
    expect([refused.isError, forbidden.isError]).toStrictEqual([true, true]);
  });

  test.each([
    'private',
    'Products',
    'products,private',
    'products ,private',
    'private,products',
    '_all',
    '*',
    'p*',
    'products*',
    'searches',
    'searches-*,private',
    'searches-**',
    'searches-*-x',
    '-private',
    'products,-private',
    '*,-products',
    '<products-{now/d}>',
    '<private>',
    '%3Cprivate%3E',
    'products%2Cprivate',
    'products/../private',
    '../private',
    'products/_search?q=x#',
    'products/_doc/1',
    'remote:products',
    '.opendistro_security',
    'products\n',
    '\nproducts',
    'products\u0000',
    'products\u2028private',
    'ｐroducts',
    ' products',
    '',
    '.',
    '..',
    'searches-/../private',
    'searches-%2e%2e',
  ])('does not reach %j: nothing is sent', async (index) => {
    for (const operation of ['search', 'count', 'get_mapping']) {
      const { isError, content } = await call(operation, { index });
      expect({ operation, isError }).toStrictEqual({ operation, isError: true });
      expect(content).toMatch(/^provided parameters were invalid: unable to parse value for "index"/);
    }
  });

  test.each([
    { size: 6 },
    { size: -1 },
    { skip: 10_001 },
    { sort_by: '_script"' },
    { sort_by: '{"_script":{}}' },
    { order: 'asc"}}],"x":[{' },
    { group_by: 'a","size":9,"x":"' },
    { fields: ['a","b'] },
    { query: { match_all: {} } },
  ])('does not change the body by %j: nothing is sent', async (args) => {
    const { isError, content } = await call('search', { index: 'products', ...args });
    expect(isError).toBe(true);
    expect(content).toMatch(/^provided parameters were invalid/);
  });

  test('cannot break out of the body by its query', async () => {
    for (const query of [
      '"}}, "size": 99, "query": {"match_all": {}} //',
      '${HOME} {{.size}} \\',
      '"'.repeat(9),
    ]) {
      const { content } = await call<Hits | string>('count', { index: 'products', query });
      if (typeof content === 'string')
        expect(content).toMatch(/400 \(Bad Request\)$|^provided parameters were invalid/);
      else expect(content).toMatchObject({ count: expect.any(Number) as number });
    }
  });
});

describe('names of every script, and a path before the engine', () => {
  const names = ['müll@2026', 'a+b', '日本語', 'ключ=1~x', 'größe.v1_a-b'];
  let front: RewritingFront;
  beforeAll(async () => {
    for (const name of names)
      await opensearch.done('PUT', `/${encodeURIComponent(name)}/_doc/1?refresh=true`, { own: name });
    front = await startRewritingFront(opensearch.port, {}, '/search/v1');
  });
  afterAll(async () => {
    await front?.[Symbol.asyncDispose]();
    for (const name of names) await opensearch.done('DELETE', `/${encodeURIComponent(name)}`);
  });

  test.each([
    { title: 'without a list', indices: undefined },
    { title: 'with a list of names', indices: names },
    { title: 'with a list of patterns', indices: ['müll@*', 'a+*', '日*', 'ключ=*', 'größe.*'] },
  ])('$title', async ({ indices }) => {
    await using served = await serveInstance(
      tenantOf({
        engines: {
          all: engine({
            port: front.port,
            basePath: '/search/v1',
            credentialsRef: { name: 'root' },
            ...(indices && { indices }),
          }),
        },
        secrets: { root: { username: opensearch.superuser.user, password: opensearch.superuser.password } },
        instance: everything,
      }),
    );
    const client = await served.connect();
    const listing = await client.callTool<{ indices: { name: string }[] }>('list_indices_all');
    expect(listing.content.indices.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    for (const name of names) {
      const { content } = await client.callTool<Hits>('search_all', { index: name });
      expect(content.hits.hits.map(({ _source }) => _source['own'])).toStrictEqual([name]);
      const mapping = await client.callTool<object>('get_mapping_all', { index: name });
      expect(mapping).toMatchObject({ isError: false, content: { [name]: {} } });
    }
    if (indices) expect((await client.callTool('search_all', { index: 'products' })).isError).toBe(true);
  });
});

describe('a whole search body', () => {
  test('is taken where there is no list, with as many hits as the policy says', async () => {
    await using served = await serveInstance(
      tenantOf({
        engines: { all: engine({ credentialsRef: { name: 'root' } }) },
        secrets: { root: { username: opensearch.superuser.user, password: opensearch.superuser.password } },
        instance: everything,
      }),
    );
    const client = await served.connect();
    const body = { query: { term: { 'tag.keyword': 'steel' } }, size: 100, sort: [{ price: 'desc' }] };
    const { content } = await client.callTool<Hits>('query_dsl_all', { index: 'products', body, size: 2 });
    expect(content.hits.hits.map(({ _source }) => _source['price'])).toStrictEqual([90, 60]);
    // why there is none where there is a list: a body can look up what is in another index
    const lookUp = { query: { terms: { name: { index: 'private', id: '1', path: 'words' } } } };
    const leaked = await client.callTool<Hits>('query_dsl_all', { index: 'products', body: lookUp });
    expect(leaked.content.hits.total.value).toBe(6);
    expect((await client.callTool('query_dsl_all', { index: 'products', body, size: 6 })).isError).toBe(true);
    const { content: names } = await client.callTool<{ indices: { name: string }[] }>('list_indices_all');
    expect(names.indices.map(({ name }) => name)).toStrictEqual([
      'private',
      'products',
      'searches-2026',
      'searches-numbers',
    ]);
    expect((await client.callTool('cluster_health_all')).content).toMatchObject({ status: 'yellow' });
    for (const index of ['.opendistro_security', '*', '_all', '-x'])
      expect((await client.callTool('search_all', { index })).isError, index).toBe(true);
  });

  test('writes nothing', async () => {
    await using served = await serveInstance(
      tenantOf({
        engines: { all: engine({ credentialsRef: { name: 'root' } }) },
        secrets: { root: { username: opensearch.superuser.user, password: opensearch.superuser.password } },
        instance: everything,
      }),
    );
    const client = await served.connect();
    const before = (await opensearch.done('GET', '/_all/_stats/docs,indexing'))['_all'];
    for (const body of [
      { doc: { price: 1 } },
      { script: { source: 'ctx._source.price = 1' }, query: { match_all: {} } },
      { query: { script_score: { query: { match_all: {} }, script: { source: 'ctx.op = "delete"' } } } },
      { query: { match_all: {} }, ext: { x: {} } },
      { pit: { id: 'x' } },
      { dest: { index: 'copy' }, source: { index: 'products' } },
    ]) {
      await client.callTool('query_dsl_all', { index: 'products', body });
    }
    await opensearch.done('POST', '/_refresh');
    expect((await opensearch.done('GET', '/_all/_stats/docs,indexing'))['_all']).toStrictEqual(before);
  });
});

describe('credentials', () => {
  test('of every strange kind arrive as they are, and are seen nowhere', async () => {
    // OpenSearch refuses short ones, and sees of long ones the beginning only
    const users = Object.values(HOSTILE_PASSWORDS)
      .map((text) => `${text}${'-Zq7wK'.repeat(2)}${text}`)
      .filter((text) => Buffer.byteLength(text) <= 72);
    expect(users.length).toBeGreaterThan(10);
    const names = users.map((_, index) => `user-${index}`);
    await opensearch.createUsers(
      Object.fromEntries(names.map((name, index) => [name, users[index] ?? ''])),
      readerOf('products'),
    );
    await using served = await serveInstance(
      tenantOf({
        engines: Object.fromEntries(
          names.map((name) => [name, engine({ credentialsRef: { name }, indices: ['products'] })]),
        ),
        secrets: Object.fromEntries(
          names.map((name, index) => [name, { username: name, password: users[index] ?? '' }]),
        ),
      }),
    );
    const client = await served.connect();
    for (const [index, name] of names.entries()) {
      const tool = `count_${name.replaceAll('-', '_')}`;
      const { isError, content } = await client.callTool(tool, { index: 'products' });
      expect({ name, isError, content }).toMatchObject({ name, isError: false, content: { count: 12 } });
      expect(served.logs()).not.toContain(users[index]);
      expect(served.logs()).not.toContain(Buffer.from(`${name}:${users[index]}`).toString('base64'));
    }
  });

  test('may be a token', async () => {
    await using served = await serveInstance(
      tenantOf({
        engines: { catalogue: engine({ ...listed, credentialsRef: { name: 'login', method: 'bearer' } }) },
        secrets: { login: { token: opensearch.tokenFor('reader') } },
      }),
    );
    const client = await served.connect();
    expect((await client.callTool('count_catalogue', { index: 'products' })).content).toMatchObject({
      count: 12,
    });
  });

  test('that are wrong are told by the status of a call, and the others serve on', async () => {
    await using served = await serveInstance(
      tenantOf({
        engines: {
          catalogue: engine(listed),
          wrong: engine({ ...listed, credentialsRef: { name: 'wrong' } }),
          gone: engine({ ...listed, port: 1 }),
          nowhere: engine({ ...listed, host: 'nowhere.invalid' }),
          'no-secret': engine({ ...listed, credentialsRef: { name: 'nothing' } }),
        },
        secrets: { login, wrong: { username: 'reader', password: 'wrong' } },
      }),
    );
    const client = await served.connect();
    const count = (name: string) => client.callTool(`count_${name}`, { index: 'products' });
    expect((await count('catalogue')).isError).toBe(false);
    expect((await count('wrong')).content).toMatch(/401 \(Unauthorized\)$/);
    expect((await count('gone')).content).toMatch(/502 \(Bad Gateway\)$/);
    expect((await count('nowhere')).content).toMatch(/502 \(Bad Gateway\)$/);
    expect((await client.listTools()).some(({ name }) => name.includes('no_secret'))).toBe(false);
  });
});

describe('a token for clients', () => {
  test('is asked for before the server is reached', async () => {
    await using served = await serveInstance(
      tenantOf({
        engines: { catalogue: engine(listed) },
        secrets: { login, clients: { token: 'let-me-in' } },
        instance: { authTokenRef: { name: 'clients' } },
      }),
    );
    await expect(served.connect()).rejects.toThrow(/401|Unauthorized|token/);
    await expect(served.connect({ token: 'let-me-out' })).rejects.toThrow(/401|Unauthorized|token/);
    const client = await served.connect({ token: 'let-me-in' });
    expect((await client.callTool('count_catalogue', { index: 'products' })).content).toMatchObject({
      count: 12,
    });
  });
});
