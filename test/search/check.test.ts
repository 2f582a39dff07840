import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { runCheck } from '../../src/probe/run-check.ts';
import { engineCheck } from '../../src/servers/search/search-check.ts';
import { SearchPolicy } from '../../src/servers/search/search-instance.ts';
import { SearchEngineSpec } from '../../src/servers/search/search-resource.ts';
import { type Recorded, startRecorder } from '../support/recorder.ts';

type Answers = Readonly<Record<string, number | object>>;

/** Answers paths, without their query, by status or by a body; anything else is a 404. */
const answering =
  (answers: Answers) =>
  ({ url }: Recorded, response: ServerResponse): void => {
    const answer = answers[url.replace(/\?.*$/, '')] ?? 404;
    response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
    response.end(typeof answer === 'number' ? '' : JSON.stringify(answer));
  };

const listed = { indices: ['logs-*', 'orders'] };
const all = { '/_resolve/index/*,-.*': { indices: [] } };
const green = { status: 'green' };

test.each<[string, object, Answers, string, string[]]>([
  [
    'elasticsearch',
    {},
    { '/_cluster/health': green, ...all },
    'Connected',
    ['/_cluster/health?timeout=5s', '/_resolve/index/*,-.*'],
  ],
  [
    'elasticsearch',
    {},
    { '/_cluster/health': green, '/_resolve/index/*,-.*': 403 },
    'PermissionDenied',
    ['/_cluster/health?timeout=5s', '/_resolve/index/*,-.*'],
  ],
  [
    'elasticsearch',
    {},
    { '/_cluster/health': { status: 'red' } },
    'ClusterRed',
    ['/_cluster/health?timeout=5s'],
  ],
  [
    'elasticsearch',
    {},
    { '/_cluster/health': 403, ...all },
    'Connected',
    ['/_cluster/health?timeout=5s', '/_resolve/index/*,-.*'],
  ],
  [
    'elasticsearch',
    {},
    { '/_cluster/health': 403, '/_resolve/index/*,-.*': 403 },
    'PermissionDenied',
    ['/_cluster/health?timeout=5s', '/_resolve/index/*,-.*'],
  ],
  [
    'elasticsearch',
    listed,
    { '/_cluster/health': 403, '/logs-*/_search': 200, '/_resolve/index/logs-*,orders': 403 },
    'PermissionDenied',
    [
      '/_cluster/health?timeout=5s',
      '/logs-*/_search?size=0&ignore_unavailable=true',
      '/_resolve/index/logs-*,orders?ignore_unavailable=true',
    ],
  ],
  [
    'elasticsearch',
    listed,
    { '/_cluster/health': 403, '/logs-*/_search': 200, '/_resolve/index/logs-*,orders': 200 },
    'Connected',
    [
      '/_cluster/health?timeout=5s',
      '/logs-*/_search?size=0&ignore_unavailable=true',
      '/_resolve/index/logs-*,orders?ignore_unavailable=true',
    ],
  ],
  [
    'elasticsearch',
    listed,
    { '/_cluster/health': 403, '/logs-*/_search': 403 },
    'PermissionDenied',
    ['/_cluster/health?timeout=5s', '/logs-*/_search?size=0&ignore_unavailable=true'],
  ],
  ['elasticsearch', listed, { '/_cluster/health': 401 }, 'AuthFailed', ['/_cluster/health?timeout=5s']],
  [
    'elasticsearch',
    { indices: ['müll@2026+x', 'b*'], basePath: '/search/v1' },
    {
      '/search/v1/_cluster/health': 403,
      '/search/v1/m%C3%BCll%402026%2Bx/_search': 200,
      '/search/v1/_resolve/index/b*,m%C3%BCll%402026%2Bx': 200,
    },
    'Connected',
    [
      '/search/v1/_cluster/health?timeout=5s',
      '/search/v1/m%C3%BCll%402026%2Bx/_search?size=0&ignore_unavailable=true',
      '/search/v1/_resolve/index/b*,m%C3%BCll%402026%2Bx?ignore_unavailable=true',
    ],
  ],
  [
    'qdrant',
    { indices: ['müll@2026'], basePath: '/q' },
    { '/q/collections/m%C3%BCll%402026': 200, '/q/readyz': 200 },
    'Connected',
    ['/q/collections/m%C3%BCll%402026', '/q/readyz'],
  ],
  ['meilisearch', {}, { '/indexes': 200, '/health': 200 }, 'Connected', ['/indexes?limit=1', '/health']],
  ['meilisearch', {}, { '/indexes': 403 }, 'AuthFailed', ['/indexes?limit=1']],
  [
    'meilisearch',
    listed,
    { '/indexes/orders/search': 200, '/health': 200 },
    'Connected',
    ['/indexes/orders/search?limit=0', '/health'],
  ],
  ['meilisearch', listed, {}, 'NotFound', ['/indexes/orders/search?limit=0']],
  [
    'typesense',
    {},
    { '/collections': 200, '/health': 503 },
    'Unavailable',
    ['/collections?limit=1', '/health'],
  ],
  ['typesense', listed, { '/collections/orders': 401 }, 'AuthFailed', ['/collections/orders']],
  [
    'typesense',
    listed,
    { '/collections/orders': 200, '/health': 200 },
    'Connected',
    ['/collections/orders', '/health'],
  ],
  ['qdrant', {}, { '/collections': 200, '/readyz': 200 }, 'Connected', ['/collections', '/readyz']],
  ['qdrant', { indices: ['a-*'] }, { '/collections': 403 }, 'AuthFailed', ['/collections']],
  ['qdrant', listed, { '/collections/orders': 500 }, 'ServerError', ['/collections/orders']],
  ['qdrant', listed, { '/collections/orders': 302 }, 'Redirected', ['/collections/orders']],
])('%s with %j, answering %j: %s', async (type, fields, answers, reason, asked) => {
  await using recorder = await startRecorder({ answer: answering(answers) });
  const spec = SearchEngineSpec.parse({
    type,
    host: recorder.host,
    port: recorder.port,
    sslMode: 'disable',
    credentialsRef: { name: 'x', method: 'apiKey' },
    ...fields,
  });
  const place = { host: spec.host, addresses: 'any' } as const;
  const check = engineCheck({ spec, place, policy: SearchPolicy.parse({}), secretKey: (purpose) => purpose });
  const report = await runCheck(
    { ...check, addresses: 'any' },
    { AUTHORIZATION: 's3cret' },
    new AbortController().signal,
  );
  expect(report.reason).toBe(reason);
  expect(recorder.requests.map(({ method, url }) => `${method} ${url}`)).toStrictEqual(
    asked.map((path) => `GET ${path}`),
  );
  const header = { typesense: 'x-typesense-api-key', qdrant: 'api-key' }[type] ?? 'authorization';
  for (const { headers } of recorder.requests) expect(headers[header]).toBe('s3cret');
});
