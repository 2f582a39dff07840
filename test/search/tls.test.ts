import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { type Opensearch, startOpensearch } from '../../lab/backends/opensearch.ts';
import { startTlsFront, type TlsFront } from '../../lab/backends/tls-front.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { withObjects } from '../support/world.ts';
import { readerOf, tenantOf } from './tenant.ts';

let folder: string;
let opensearch: Opensearch;
let plain: Opensearch;
let expired: TlsFront;
const pems: Record<string, string> = {};

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-search-tls');
  const authority = await createAuthority(join(folder, 'authority'));
  const another = await createAuthority(join(folder, 'another'), 'Another authority');
  const request = { name: 'localhost', san: 'DNS:localhost', usage: 'server' } as const;
  const tls = { ...(await authority.issue(request)), authority: authority.certificate };
  [opensearch, plain] = await Promise.all([startOpensearch({ tls }), startOpensearch()]);
  for (const each of [opensearch, plain]) {
    await each.done('PUT', '/orders/_doc/1?refresh=true', { total: 1 });
    await each.createUser('reader', 'Zq7wK-of-0rders', readerOf('orders'));
  }
  expired = await startTlsFront(
    plain.port,
    await authority.issue({ ...request, notAfter: new Date(Date.now() - 60_000) }),
  );
  pems['own'] = readFileSync(authority.certificate, 'utf8');
  pems['another'] = readFileSync(another.certificate, 'utf8');
});
afterAll(async () => {
  await expired?.[Symbol.asyncDispose]();
  await opensearch?.stop();
  await plain?.stop();
  if (folder) await removeFolder(folder);
});

const world = (engines: Record<string, JsonObject>) =>
  withObjects(
    tenantOf({ engines, secrets: { login: { username: 'reader', password: 'Zq7wK-of-0rders' } } }),
    ...Object.entries(pems).map(([name, pem]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'tas-acme' },
      data: { 'ca.crt': pem },
    })),
  );

const engine = (fields: JsonObject): JsonObject => ({
  type: 'opensearch',
  host: 'localhost',
  port: opensearch.port,
  indices: ['orders'],
  credentialsRef: { name: 'login' },
  ...fields,
});
const by = (name: string) => ({ caRef: { kind: 'ConfigMap', name } });

describe('a real OpenSearch with TLS', () => {
  test('is read where its certificate is what the SearchEngine asks for, each by its own authority', async () => {
    const cases: [string, JsonObject, boolean][] = [
      ['verified', by('own'), true],
      ['by-another-authority', by('another'), false],
      ['by-the-public-ones', {}, false],
      ['at-another-address', { host: '127.0.0.1', ...by('own') }, false],
      ['expired', { port: expired.port, ...by('own') }, false],
      ['unverified', { host: '127.0.0.1', sslMode: 'require' }, true],
      ['unverified-expired', { port: expired.port, sslMode: 'require' }, true],
      ['without-tls', { sslMode: 'disable' }, false],
    ];
    await using served = await serveInstance(
      world(Object.fromEntries(cases.map(([name, fields]) => [name, engine(fields)]))),
    );
    const client = await served.connect();
    const found: [string, boolean][] = [];
    for (const [name] of cases) {
      const { isError } = await client.callTool(`count_${name.replaceAll('-', '_')}`, { index: 'orders' });
      found.push([name, !isError]);
    }
    expect(found).toStrictEqual(cases.map(([name, , reached]) => [name, reached]));
  });
});

describe('a search engine that is down', () => {
  test('keeps nothing from starting, and is read as soon as it is there', async () => {
    const login = { username: plain.superuser.user, password: plain.superuser.password };
    const { port } = plain;
    const spec = engine({ port, sslMode: 'disable' });
    await plain.kill();
    await using served = await serveInstance(
      tenantOf({ engines: { plain: spec, other: engine({ sslMode: 'require' }) }, secrets: { login } }),
    );
    const client = await served.connect();
    const count = (name: string) => client.callTool(`count_${name}`, { index: 'orders' });
    expect((await count('plain')).content).toMatch(/502 \(Bad Gateway\)$/);
    await using back = await startOpensearch({ port });
    await back.done('PUT', '/orders/_doc/1?refresh=true', { total: 1 });
    expect((await count('plain')).content).toMatchObject({ count: 1 });
  });
});
