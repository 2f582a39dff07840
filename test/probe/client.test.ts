import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Authority, type Certificate, createAuthority } from '../../lab/backends/certificates.ts';
import { type ApiServer, apiServer } from '../../lab/kubernetes/api-server.ts';
import { type FakeCluster, fakeCluster } from '../../lab/kubernetes/cluster.ts';
import { createStatusApi, type StatusApi } from '../../src/probe/cluster/client.ts';
import { apiServerOf } from '../../src/probe/cluster/identity.ts';
import { describeStatusApi } from './status-api.ts';

let folder: string;
let authority: Authority;
let certificate: Certificate;
let cluster: FakeCluster;
let server: ApiServer;
const clients: StatusApi[] = [];

const path = '/apis/dbhub.tas.io/v1alpha1/xdatabases/orders-x';
const files = () => ({ token: join(folder, 'token'), ca: authority.certificate });
const client = (options?: { timeout?: number }, ca?: string): StatusApi => {
  const made = createStatusApi(
    { url: server.url, files: { ...files(), ...(ca !== undefined && { ca }) } },
    options,
  );
  clients.push(made);
  return made;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'function-mcp-client-'));
  authority = await createAuthority(join(folder, 'ca'));
  certificate = await authority.issue({ name: 'kubernetes', san: 'IP:127.0.0.1' });
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await writeFile(join(folder, 'token'), 'token-1\n');
  cluster = fakeCluster();
  cluster.create('orders-x');
  server = await apiServer(cluster, certificate);
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.close();
  await server.stop();
});

describeStatusApi('the API server of these tests', async () => {
  const ownCluster = fakeCluster();
  const own = await apiServer(ownCluster, certificate);
  own.tokens = new Map([
    ['all', 'all'],
    ['nothing', 'nothing'],
  ]);
  const as = async (token: string) => {
    const file = join(folder, `token-of-${token}`);
    await writeFile(file, token);
    return createStatusApi({ url: own.url, files: { token: file, ca: authority.certificate } });
  };
  const [api, powerless, stranger] = await Promise.all([as('all'), as('nothing'), as('stranger')]);
  return {
    api,
    powerless,
    stranger,
    create: async (name) => ownCluster.create(name),
    async [Symbol.asyncDispose]() {
      for (const each of [api, powerless, stranger]) each.close();
      await own.stop();
    },
  };
});

describe('the client', () => {
  test('keeps its connection', async () => {
    const api = client();
    for (let i = 0; i < 20; i++) expect((await api.get(path)).kind).toBe('ok');
    expect(server.connections()).toBe(1);
  });

  test('asks again at once when the server closed an idle connection as it was used', async () => {
    const api = client();
    await api.get(path);
    let resets = 1;
    server.intercept = (request, response) => {
      if (resets-- > 0) request.socket.destroy();
      else response.end('{}');
    };
    expect((await api.get(path)).kind).toBe('ok');
    server.intercept = (request) => request.socket.destroy();
    expect((await api.get(path)).kind).toBe('unavailable');
  });

  test('reads a token again that the server no longer knows', async () => {
    const api = client();
    expect((await api.get(path)).kind).toBe('ok');
    server.tokens = new Map([['token-2', 'all']]);
    await writeFile(join(folder, 'token'), 'token-2\n');
    expect(await api.get(path)).toEqual({ kind: 'unavailable', reason: 'Unauthorized' });
    expect((await api.get(path)).kind).toBe('ok');
  });

  test('reads the certificates again when it no longer trusts the server', async () => {
    const ca = join(folder, 'rotating.crt');
    const next = await createAuthority(join(folder, 'next-ca'), 'Next authority');

    await writeFile(ca, await readFile(authority.certificate));
    const api = client({}, ca);
    expect((await api.get(path)).kind).toBe('ok');
    await server.present(await next.issue({ name: 'kubernetes', san: 'IP:127.0.0.1' }));
    await server.stop();
    await server.start();
    await writeFile(ca, await readFile(next.certificate));
    const answers = [await api.get(path), await api.get(path), await api.get(path)];
    expect(answers.at(-1)?.kind).toBe('ok');
  });

  test('trusts no other server', async () => {
    const other = await createAuthority(join(folder, 'other-ca'), 'Other authority');
    expect(await client({}, other.certificate).get(path)).toMatchObject({ kind: 'unavailable' });
    const elsewhere = await authority.issue({ name: 'elsewhere', san: 'DNS:elsewhere.example' });
    await server.present(elsewhere);
    expect(await client().get(path)).toEqual({ kind: 'unavailable', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(server.requests).toEqual([]);
  });

  test('gives up on a server that does not answer, or not to the end', async () => {
    const api = client({ timeout: 200 });
    server.intercept = () => {};
    expect(await api.get(path)).toEqual({ kind: 'unavailable', reason: 'Timeout' });
    server.intercept = (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{');
    expect(await api.get(path)).toMatchObject({ kind: 'unavailable' });
  });

  test('names no more than a code of what failed', async () => {
    await server.stop();
    expect(await client().get(path)).toEqual({ kind: 'unavailable', reason: 'ECONNREFUSED' });
    await rm(join(folder, 'token'));
    expect(await client().get(path)).toEqual({ kind: 'unavailable', reason: 'ENOENT' });
    await writeFile(join(folder, 'token'), 'token-1');
    await server.start();
  });

  test.each([
    [429, { 'retry-after': '7' }, { kind: 'unavailable', reason: 'HTTP429', retryAfter: 7_000 }],
    [503, {}, { kind: 'unavailable', reason: 'HTTP503' }],
    [500, { 'retry-after': 'soon' }, { kind: 'unavailable', reason: 'HTTP500' }],
    [422, {}, { kind: 'refused', status: 422, reason: 'Unknown' }],
    [302, { location: 'https://elsewhere.example/' }, { kind: 'refused', status: 302, reason: 'Unknown' }],
    [200, {}, { kind: 'unavailable', reason: 'NoJSON' }],
  ])('makes of HTTP %d with %j: %j', async (status, headers, answer) => {
    server.intercept = (_, response) => response.writeHead(status, headers).end('<html>canary</html>');
    expect(await client().get(path)).toEqual(answer);
  });

  test('takes no answer that is larger than any object', async () => {
    server.intercept = (_, response) => response.end(Buffer.alloc(5 * 1024 * 1024, 0x20));
    expect(await client().get(path)).toEqual({ kind: 'unavailable', reason: 'TOO_LARGE' });
  });

  test('goes through kubectl proxy without a token', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"proxied": true}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const found = apiServerOf({ server: url, tokenFile: join(folder, 'token') }, {});
    if (typeof found === 'string') throw new Error(found);
    const api = createStatusApi(found);
    expect(await api.get(path)).toEqual({ kind: 'ok', object: { proxied: true } });
    expect(seen).toEqual([undefined]);
    api.close();
    proxy.close();
  });

  test('leaves no socket open once it is closed', async () => {
    const sockets = new Set<object>();
    const silent = createTcpServer((socket) => {
      sockets.add(socket);
      socket.resume();
      socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const api = createStatusApi({ url, files: files() }, { timeout: 10_000 });
    const asked = api.get(path);
    await expect.poll(() => sockets.size).toBe(1);
    api.close();
    expect((await asked).kind).toBe('unavailable');
    await expect.poll(() => sockets.size).toBe(0);
    silent.close();
  });
});

describe('the API server that is meant', () => {
  test.each([
    [{}, { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }, 'https://10.0.0.1/'],
    [{}, { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }, 'https://[fd00::1]:6443/'],
    [
      { server: 'https://api.example/k8s/c1' },
      { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      'https://api.example/k8s/c1',
    ],
    [{ server: 'http://localhost:8001' }, {}, 'http://localhost:8001/'],
  ])('%j in %j is %s', (options, env, url) => {
    expect(apiServerOf(options, env)).toMatchObject({ url: new URL(url) });
  });

  test.each([
    [{}, /not in a cluster/],
    [{ server: 'api.example' }, /not a URL/],
    [{ server: 'http://api.example' }, /must be an https URL/],
    [{ server: 'ftp://127.0.0.1' }, /must be an https URL/],
  ])('%j is none', (options, why) => {
    expect(apiServerOf(options, {})).toMatch(why);
  });
});
