import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { type S3Server, startS3 } from '../../lab/backends/s3.ts';
import { fetchAs } from '../../lab/clients/fetch-as.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { builtFirst } from '../support/built-first.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { secret } from '../support/world.ts';
import { keysOf, keysSecret, storageWorld } from './buckets.ts';

builtFirst('versitygw', 'mcp-s3');

const TOKEN = 'correct-horse/battery+staple==';

let folder: string;
let s3: S3Server;
let served: ServedInstance;
let client: McpClient;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-storage-access');
  const authority = await createAuthority(`${folder}/authority`);
  const request = { name: 'localhost', san: 'DNS:localhost', usage: 'server' } as const;
  const tls = { ...(await authority.issue(request)), authority: authority.certificate };
  const stranger = await createAuthority(`${folder}/stranger`, 'Another authority');
  s3 = await startS3({ tls });
  await s3.createBucket('shop');
  await s3.put('shop', 'a.txt', 'hello');
  const least: JsonObject = { endpoint: s3.url, bucket: 'shop', credentialsRef: { name: 'root' } };
  const named = `https://localhost:${s3.port}`;
  served = await serveInstance(
    storageWorld(
      'namespaced',
      {
        unverified: { ...least, sslMode: 'require' },
        'verified-by-name': { ...least, endpoint: named, caRef: { name: 'authority' } },
        'verified-by-ca': { ...least, sslMode: 'verify-ca', caRef: { name: 'authority' } },
        'under-another-name': { ...least, caRef: { name: 'authority' } },
        'trusting-the-public': { ...least, endpoint: named },
        'trusting-another': { ...least, endpoint: named, caRef: { name: 'stranger' } },
        'trusting-another-ca': { ...least, sslMode: 'verify-ca', caRef: { name: 'stranger' } },
        plain: { ...least, endpoint: s3.url.replace('https', 'http') },
      },
      [
        keysSecret('root', s3.root.accessKeyId, s3.root.secretAccessKey),
        secret('authority', { 'ca.crt': await readFile(tls.authority, 'utf8') }),
        secret('stranger', { 'ca.crt': await readFile(stranger.certificate, 'utf8') }),
        secret('clients', { token: TOKEN }),
      ],
      { authTokenRef: { name: 'clients' } },
    ),
  );
  client = await served.connect({ token: TOKEN });
});
afterAll(async () => {
  await served?.stop();
  await s3?.stop();
  if (folder) await removeFolder(folder);
});

describe('TLS', () => {
  test.each(['unverified', 'verified-by-name', 'verified-by-ca'])('%s', async (connection) => {
    expect(await keysOf(client, { connection, bucket: 'shop' })).toEqual(['a.txt']);
  });

  test.each([
    ['trusting-the-public', 'cannot be verified'],
    ['trusting-another', 'cannot be verified'],
    ['trusting-another-ca', 'cannot be verified'],
    ['under-another-name', 'cannot be verified'],
    ['plain', 'cannot be reached, or closed the connection'],
  ])('%s: %s', async (connection, says) => {
    expect(await keysOf(client, { connection, bucket: 'shop' })).toContain(says);
  });
});

describe('clients', () => {
  const statusOf = async (host: string, authorization?: string): Promise<number> => {
    const response = await fetchAs(host)(served.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(authorization && { authorization }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    await response.text();
    return response.status;
  };

  test.each([undefined, 'Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN])(
    'nobody comes in with %s',
    async (authorization) => {
      expect(await statusOf('files:8080', authorization)).toBe(401);
    },
  );

  test.each(['files', 'files.tas-acme', 'files.tas-acme.svc', 'files.tas-acme.svc.cluster.local'])(
    'the server answers as %s',
    async (host) => {
      expect(await statusOf(`${host}:8080`, `Bearer ${TOKEN}`)).toBe(200);
    },
  );

  test.each(['evil.example', 'files.tas-beta.svc', 'tas-acme.svc', 'files.tas-acme.svc.evil.example'])(
    'it refuses to be called %s',
    async (host) => {
      expect(await statusOf(`${host}:8080`, `Bearer ${TOKEN}`)).toBe(403);
    },
  );

  test('a kubelet reaches its health page by the address of the pod', async () => {
    const { status } = await fetchAs('10.0.0.7:8080')(served.url.replace('/mcp', '/healthz'));
    expect(status).toBe(200);
  });

  test('the token is in no log', () => {
    expect(served.logs()).not.toContain(TOKEN);
  });
});
