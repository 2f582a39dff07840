import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerTls } from '../../lab/backends/backend.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { startTodoApi, type TodoApi, type TodoAuth } from '../../lab/backends/todo.ts';
import { freePort, removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { runCheck } from '../../src/probe/run-check.ts';
import { endpointCheck } from '../../src/servers/api/api-check.ts';
import { credentialOf } from '../../src/servers/api/api-credentials.ts';
import { ApiPolicy } from '../../src/servers/api/api-instance.ts';
import { ApiEndpointSpec } from '../../src/servers/api/api-resource.ts';
import { baseOf } from '../../src/servers/api/base-url.ts';
import { startRecorder } from '../support/recorder.ts';

const operations = [{ name: 'list', path: '/todos' }];

/** What the probe of an Instance reports about an APIEndpoint, with what its Secret holds. */
const reasonOf = async (fields: JsonObject, texts: readonly string[] = [], caPem?: string) => {
  const spec = ApiEndpointSpec.parse({ operations, ...fields });
  const check = endpointCheck({
    spec,
    place: { host: baseOf(spec.baseUrl).host, addresses: 'any' },
    policy: ApiPolicy.parse({}),
    secretKey: (purpose) => purpose,
  });
  check.addresses = 'any';
  const { join: together = (text?: string) => text } = spec.credentialsRef
    ? credentialOf(spec.credentialsRef)
    : {};
  const secrets = { AUTHORIZATION: together(...texts) ?? '' };
  const trusting = caPem === undefined ? check : { ...check, ca: 'ca.pem', caPem };
  return (await runCheck(trusting, secrets, new AbortController().signal)).reason;
};

const ref = (fields: JsonObject): JsonObject => ({ credentialsRef: { name: 'x', ...fields } });

const ways: { auth: TodoAuth; fields: JsonObject; good: string[]; bad: string[] }[] = [
  {
    auth: { method: 'bearer', secret: 't0ken' },
    fields: ref({}),
    good: ['t0ken'],
    bad: ['other'],
  },
  {
    auth: { method: 'basic', secret: 'reader:a:b"ü' },
    fields: ref({ method: 'basic' }),
    good: ['reader', 'a:b"ü'],
    bad: ['reader', 'other'],
  },
  {
    auth: { method: 'header', name: 'X-API-Key', secret: 'k "e" y' },
    fields: ref({ method: 'header', parameter: 'X-API-Key' }),
    good: ['k "e" y'],
    bad: ['other'],
  },
  {
    auth: { method: 'query', name: 'key', secret: 'a&b=c ü' },
    fields: ref({ method: 'query', parameter: 'key' }),
    good: ['a&b=c ü'],
    bad: ['other'],
  },
];

describe.each(ways)('a real API that asks for $auth.method credentials', ({ auth, fields, good, bad }) => {
  let api: TodoApi;
  beforeAll(async () => {
    api = await startTodoApi({ auth });
  });
  afterAll(() => api?.stop());

  test.each([
    { what: 'the right ones', texts: good, more: { healthPath: '/todos/count' }, reason: 'Connected' },
    { what: 'wrong ones', texts: bad, more: { healthPath: '/todos/count' }, reason: 'AuthFailed' },
    { what: 'wrong ones, of no path', texts: bad, more: {}, reason: 'AuthFailed' },
    { what: 'the right ones, of no path', texts: good, more: {}, reason: 'Connected' },
    {
      what: 'the right ones, of a path that is not there',
      texts: good,
      more: { healthPath: '/x' },
      reason: 'NotFound',
    },
  ])('given $what, is $reason', async ({ texts, more, reason }) => {
    expect(await reasonOf({ baseUrl: api.url, ...fields, ...more }, texts)).toBe(reason);
  });
});

describe('a server that answers', () => {
  test.each([
    { status: 200, known: 'Connected', unknown: 'Connected' },
    { status: 204, known: 'Connected', unknown: 'Connected' },
    { status: 301, known: 'Redirected', unknown: 'Redirected' },
    { status: 307, known: 'Redirected', unknown: 'Redirected' },
    { status: 301, location: '/v2', known: 'Redirected', unknown: 'Connected' },
    { status: 308, location: '/v2', known: 'Redirected', unknown: 'Connected' },
    { status: 401, known: 'AuthFailed', unknown: 'AuthFailed' },
    { status: 403, known: 'PermissionDenied', unknown: 'PermissionDenied' },
    { status: 404, known: 'NotFound', unknown: 'Connected' },
    { status: 422, known: 'RequestRefused', unknown: 'Connected' },
    { status: 402, known: 'RequestRefused', unknown: 'RequestRefused' },
    { status: 405, known: 'RequestRefused', unknown: 'Connected' },
    { status: 407, known: 'RequestRefused', unknown: 'RequestRefused' },
    { status: 421, known: 'RequestRefused', unknown: 'RequestRefused' },
    { status: 426, known: 'RequestRefused', unknown: 'RequestRefused' },
    { status: 511, known: 'ServerError', unknown: 'ServerError' },
    { status: 429, known: 'RateLimited', unknown: 'RateLimited' },
    { status: 500, known: 'ServerError', unknown: 'ServerError' },
    { status: 503, known: 'Unavailable', unknown: 'Unavailable' },
  ])('$status is $known of a health path, and $unknown without one', async (answer) => {
    const { status, known, unknown, location = 'http://127.0.0.1:9/' } = answer;
    await using api = await startRecorder({
      answer: (_, response) => response.writeHead(status, { location }).end(),
    });
    const baseUrl = `http://127.0.0.1:${api.port}/v1`;
    expect(await reasonOf({ baseUrl, healthPath: '/health' })).toBe(known);
    expect(await reasonOf({ baseUrl })).toBe(unknown);
    expect(api.requests.map(({ method, url }) => `${method} ${url}`)).toStrictEqual([
      'GET /v1/health',
      'GET /v1',
    ]);
  });

  test('not in time is a Timeout', async () => {
    await using api = await startRecorder({ answer: () => undefined });
    expect(await reasonOf({ baseUrl: `http://127.0.0.1:${api.port}`, timeout: 1 })).toBe('Timeout');
  });

  test('not at all is refused', async () => {
    expect(await reasonOf({ baseUrl: `http://127.0.0.1:${await freePort()}` })).toBe('ConnectionRefused');
    expect(await reasonOf({ baseUrl: 'http://nothing.invalid' })).toBe('DNSFailed');
  });
});

describe('a server with TLS', () => {
  let folder: string;
  let tls: ServerTls;
  let api: TodoApi;
  let other: string;
  beforeAll(async () => {
    folder = await temporaryFolder('function-mcp-api-probe');
    tls = await issueServerTls(join(folder, 'one'));
    other = (await issueServerTls(join(folder, 'other'))).authority;
    api = await startTodoApi({ tls });
  });
  afterAll(async () => {
    await api?.stop();
    if (folder) await removeFolder(folder);
  });

  test('is trusted by its own authority, and by no other', async () => {
    const at = { baseUrl: api.url, healthPath: '/todos/count' };
    const pem = (file: string) => readFile(file, 'utf8');
    expect(await reasonOf(at, [], await pem(tls.authority))).toBe('Connected');
    expect(await reasonOf(at, [], await pem(other))).toBe('TLSUntrusted');
    expect(await reasonOf(at)).toBe('TLSUntrusted');
  });

  test('where the URL says http, and the other way round', async () => {
    await using plain = await startTodoApi();
    expect(await reasonOf({ baseUrl: api.url.replace('https', 'http') })).toBe('TLSRequired');
    expect(await reasonOf({ baseUrl: plain.url.replace('http', 'https') })).toBe('TLSNotOffered');
  });
});
