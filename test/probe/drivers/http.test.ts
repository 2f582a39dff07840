import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opensearch, startOpensearch } from '../../../lab/backends/opensearch.ts';
import { startTlsFront, type TlsFront } from '../../../lab/backends/tls-front.ts';
import { removeFolder } from '../../../lab/process/server-process.ts';
import type { RunnableCheck } from '../../../src/probe/check.ts';
import { runCheck } from '../../../src/probe/run-check.ts';
import { saying, silent, startPeer } from './peers.ts';
import { expectQuiet } from './quiet.ts';
import { type Certificates, issueCertificates } from './tls-matrix.ts';

expectQuiet();

const canary = 'Canary-7c1f"$';
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const probe = async (
  { params = {}, ...fields }: Partial<RunnableCheck>,
  authorization = basic('reader', canary),
) => {
  const check: RunnableCheck = {
    driver: 'http',
    host: 'localhost',
    port: 1,
    tls: 'disable',
    secrets: {},
    params: { path: '/', ...(params['query'] === undefined && { header: 'Authorization' }), ...params },
    readOnly: false,
    timeouts: { connect: 5, query: 5 },
    addresses: 'any',
    ...fields,
  };
  const report = await runCheck(check, { AUTHORIZATION: authorization }, new AbortController().signal);
  const text = inspect(report, { depth: 20, showHidden: true });
  if ([canary, authorization].some((secret) => text.includes(secret)))
    throw new Error('a secret is in a report');
  return report;
};

const health = {
  path: '/_cluster/health?timeout=5s',
  forbidden: 'accepted',
  judge: 'cluster-health',
};
const inOrders = { ...health, fallback: '/orders/_search?size=0&ignore_unavailable=true' };

describe('a real OpenSearch', () => {
  let opensearch: Opensearch;
  let certificates: Certificates;
  const fronts: TlsFront[] = [];
  const frontOf = async (kind: 'good' | 'expired') => {
    const front = await startTlsFront(opensearch.port, certificates[kind]);
    fronts.push(front);
    return front.port;
  };

  beforeAll(async () => {
    certificates = await issueCertificates();
    opensearch = await startOpensearch();
    await opensearch.done('PUT', '/orders/_doc/1', { total: 1 });
    await opensearch.done('PUT', '/private/_doc/1', { total: 1 });
    await opensearch.createUser('monitor', canary, {
      cluster_permissions: ['cluster_monitor'],
      index_permissions: [],
    });
    await opensearch.createUser('reader', canary, {
      cluster_permissions: ['cluster_composite_ops_ro'],
      index_permissions: [{ index_patterns: ['orders*'], allowed_actions: ['read'] }],
    });
  });
  afterAll(async () => {
    for (const front of fronts) await front[Symbol.asyncDispose]();
    await opensearch?.stop();
    if (certificates) await removeFolder(certificates.folder);
  });

  const rungs = ['dns', 'tcp', 'auth', 'query'];
  test.each<[string, string, Record<string, string>, string, string[]]>([
    ['a user that may look at the cluster', basic('monitor', canary), health, 'Connected', rungs],
    ['one that may not: known all the same', basic('reader', canary), health, 'Connected', rungs],
    ['one that may read what it is to read', basic('reader', canary), inOrders, 'Connected', rungs],
    [
      'one that may not read that',
      basic('reader', canary),
      { ...health, fallback: '/private/_search?size=0' },
      'PermissionDenied',
      rungs,
    ],
    ['a wrong password', basic('monitor', 'wrong'), health, 'AuthFailed', ['dns', 'tcp', 'auth']],
    ['no such method', `ApiKey ${canary}`, health, 'AuthFailed', ['dns', 'tcp', 'auth']],
    ['an index that is not there', basic('reader', canary), { path: '/orders-x/_count' }, 'NotFound', []],
    ['an invalid request', basic('reader', canary), { path: '/orders/_search?size=x' }, 'RequestRefused', []],
    [
      'another answer than the one of health',
      basic('reader', canary),
      { path: '/orders/_count', judge: 'cluster-health' },
      'ProtocolError',
      [],
    ],
  ])('%s', async (_title, authorization, params, reason, climbed) => {
    const report = await probe({ port: opensearch.port, params }, authorization);
    expect(report.reason).toBe(reason);
    if (climbed.length > 0) expect(Object.keys(report.rungs)).toEqual(climbed);
  });

  test('a token', async () => {
    const bearer = `Bearer ${opensearch.tokenFor('reader')}`;
    expect((await probe({ port: opensearch.port, params: inOrders }, bearer)).reason).toBe('Connected');
  });

  test('a cluster that is red: an index that no node takes', async () => {
    const index = { settings: { 'index.routing.allocation.require.rack': 'none' } };
    await opensearch.done('PUT', '/stuck?wait_for_active_shards=0', index);
    const admin = basic('monitor', canary);
    expect((await probe({ port: opensearch.port, params: health }, admin)).reason).toBe('ClusterRed');
    await opensearch.done('DELETE', '/stuck');
    expect((await probe({ port: opensearch.port, params: health }, admin)).reason).toBe('Connected');
  });

  type Trust = 'its authority' | 'the public ones' | 'another authority';
  test.each<['good' | 'expired', RunnableCheck['tls'], Trust, string, string]>([
    ['good', 'require', 'the public ones', '127.0.0.1', 'Connected'],
    ['good', 'verify-full', 'its authority', 'localhost', 'Connected'],
    ['good', 'verify-full', 'its authority', '127.0.0.1', 'TLSNameMismatch'],
    ['good', 'verify-full', 'the public ones', 'localhost', 'TLSUntrusted'],
    ['good', 'verify-full', 'another authority', 'localhost', 'TLSUntrusted'],
    ['expired', 'verify-full', 'its authority', 'localhost', 'TLSExpired'],
    ['expired', 'require', 'the public ones', 'localhost', 'Connected'],
  ])(
    'behind a certificate that is %s: %s, trusting %s, at %s: %s',
    async (kind, tls, trust, host, reason) => {
      const pem = {
        'its authority': certificates.good.authority,
        'another authority': certificates.stranger,
      };
      const file = trust === 'the public ones' ? undefined : pem[trust];
      const report = await probe({
        tls,
        host,
        port: await frontOf(kind),
        params: inOrders,
        ...(file !== undefined && { ca: 'ca.crt', caPem: readFileSync(file, 'utf8') }),
      });
      expect(report.reason).toBe(reason);
      expect(Object.keys(report.rungs)).toEqual(
        reason === 'Connected' ? ['dns', 'tcp', 'tls', 'auth', 'query'] : ['dns', 'tcp', 'tls'],
      );
    },
  );

  test('TLS where there is none, and none where there is', async () => {
    expect((await probe({ port: opensearch.port, tls: 'require' })).reason).toBe('TLSNotOffered');
    expect((await probe({ port: await frontOf('good') })).reason).toBe('TLSRequired');
  });

  test('a private address, where none is allowed', async () => {
    const report = await probe({ port: opensearch.port, params: inOrders, addresses: 'public' });
    expect(report).toMatchObject({ reason: 'AddressNotAllowed' });
    expect(Object.keys(report.rungs)).toEqual(['dns']);
  });
});

describe('any server', () => {
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  };

  test.each([
    [200, 'Connected'],
    [204, 'Connected'],
    [301, 'Redirected'],
    [302, 'Redirected'],
    [304, 'Redirected'],
    [307, 'Redirected'],
    [400, 'RequestRefused'],
    [401, 'AuthFailed'],
    [403, 'PermissionDenied'],
    [404, 'NotFound'],
    [405, 'RequestRefused'],
    [408, 'Timeout'],
    [410, 'NotFound'],
    [429, 'RateLimited'],
    [500, 'ServerError'],
    [501, 'ServerError'],
    [502, 'Unavailable'],
    [503, 'Unavailable'],
    [504, 'Unavailable'],
    [600, 'ProtocolError'],
    [999, 'ProtocolError'],
  ])('%i: %s', async (status, reason) => {
    const seen: string[] = [];
    await using server = await serve(({ url = '' }, response) => {
      seen.push(url);
      response.writeHead(status, { location: '/elsewhere' }).end(status === 204 ? undefined : canary);
    });
    expect((await probe({ port: server.port })).reason).toBe(reason);
    expect(seen, 'no redirect is followed').not.toContain('/elsewhere');
  });

  test('where 403 says that the credentials are not known', async () => {
    await using server = await serve((_, response) => response.writeHead(403).end());
    expect((await probe({ port: server.port, params: { forbidden: 'refused' } })).reason).toBe('AuthFailed');
  });

  test('what is sent: the credential where it belongs, the name as Host, and nothing of the environment', async () => {
    const seen: unknown[] = [];
    await using server = await serve(({ method, url, headers }, response) => {
      seen.push({ method, url, headers });
      response.end('{}');
    });
    await probe(
      { port: server.port, params: { path: '/health?a=1', header: 'api-key', health: '/ready' } },
      'secret',
    );
    await probe({ port: server.port, params: { path: '/health?a=1', query: 'api key' } }, 'a&b=c d');
    const headers = {
      accept: 'application/json',
      'user-agent': 'function-mcp-probe',
      host: `localhost:${server.port}`,
      connection: 'close',
    };
    expect(seen).toEqual([
      { method: 'GET', url: '/health?a=1', headers: { ...headers, 'api-key': 'secret' } },
      { method: 'GET', url: '/ready', headers: { ...headers, 'api-key': 'secret' } },
      { method: 'GET', url: '/health?a=1&api%20key=a%26b%3Dc%20d', headers },
    ]);
  });

  test('a health page that is not well', async () => {
    await using server = await serve(({ url }, response) =>
      response.writeHead(url === '/ready' ? 503 : 200).end(),
    );
    expect((await probe({ port: server.port, params: { health: '/ready' } })).reason).toBe('Unavailable');
  });

  test('an answer that takes more than half of what a query may', async () => {
    await using server = await serve((_, response) => setTimeout(() => response.end(), 300));
    const report = await probe({ port: server.port, timeouts: { connect: 5, query: 0.5 } });
    expect(report.reason).toBe('SlowAnswer');
  });

  test('no answer, half of one, and one that never ends', async () => {
    const timeouts = { connect: 0.2, query: 0.2 };
    const judged = { judge: 'cluster-health' };
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n';
    for (const [parts, reason] of [
      [[], 'Timeout'],
      [['HTTP/1.1 200'], 'Timeout'],
      [[head, '{"status":'], 'Timeout'],
      [['HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(100_000)], 'ProtocolError'],
      [['HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(64_000)}\r\n`], 'ProtocolError'],
      [['HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'], 'ProtocolError'],
      [['SSH-2.0-OpenSSH_9.2\r\n'], 'ProtocolError'],
    ] as const) {
      await using peer = await startPeer(parts.length === 0 ? silent : saying(...parts));
      const report = await probe({ port: peer.port, timeouts, params: judged });
      expect({ parts, reason: report.reason }).toEqual({ parts, reason });
      await peer.idle();
    }
  });

  test('a server that hangs up', async () => {
    await using peer = await startPeer((socket) => socket.once('data', () => socket.destroy()));
    expect((await probe({ port: peer.port })).reason).toBe('ConnectionReset');
    await peer.idle();
  });
});
