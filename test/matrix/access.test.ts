import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { fetchAs } from '../../lab/clients/fetch-as.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type ServedInstance, type ServeOptions, serveInstance } from '../support/serve-instance.ts';
import { type Flavour, instance, secret, worldOf } from '../support/world.ts';
import { rowsOf, type SqlAnswer } from './ask.ts';
import { databases } from './databases.ts';

const TOKEN = 'correct-horse/battery+staple==';

let backend: Backend;
beforeAll(async () => {
  backend = await startPostgres();
  await backend.createDatabase('shop');
  await backend.createUser({ name: 'reader', password: 'r', database: 'shop', readOnly: true });
});
afterAll(() => backend?.stop());

const serve = (flavour: Flavour, fields: JsonObject, options: ServeOptions = {}) => {
  const { host, port } = backend;
  const spec = { type: 'postgres', host, port, database: 'shop', sslMode: 'disable' };
  return serveInstance(
    worldOf(instance(flavour, { resourceSelector: {}, ...fields }), [
      ...databases(flavour, [
        { name: 'shop', type: 'postgres', spec: { ...spec, credentialsRef: { name: 'reader' } } },
      ]),
      secret('reader', { username: 'reader', password: 'r' }),
      secret('clients', { token: TOKEN }),
    ]),
    options,
  );
};

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** The HTTP status of a client's first request. */
async function statusOf(url: string, host: string, authorization?: string): Promise<number> {
  const response = await fetchAs(host)(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(authorization && { authorization }),
    },
    body: JSON.stringify(INITIALIZE),
  });
  await response.text();
  return response.status;
}

const names = ['sales', 'sales.tas-acme', 'sales.tas-acme.svc', 'sales.tas-acme.svc.cluster.local'];
const foreign = [
  'evil.example',
  'sales.tas-beta.svc',
  'tas-acme.svc',
  'sales.tas-acme.svc.evil.example',
  '10.0.0.7',
];

/** Addresses of this machine, which stand for those of a pod. */
const addresses = Object.values(networkInterfaces())
  .flatMap((own) => own ?? [])
  .filter(({ scopeid = 0 }) => scopeid === 0)
  .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address));

describe.each(['claims', 'namespaced'] as const)('%s flavour', (flavour) => {
  describe('without a token', () => {
    let served: ServedInstance;
    beforeAll(async () => {
      // As in a pod: DBHub answers to addresses of its own where it listens on all of them.
      served = await serve(flavour, { port: 9090 }, { host: '0.0.0.0' });
    });
    afterAll(() => served?.stop());

    test.each(names)('the server answers as %s, with and without its port', async (host) => {
      expect(await statusOf(served.url, host)).toBe(200);
      expect(await statusOf(served.url, `${host}:9090`)).toBe(200);
    });

    test.each(foreign)('it refuses to be called %s', async (host) => {
      expect(await statusOf(served.url, `${host}:9090`)).toBe(403);
    });

    test.each(addresses)('a kubelet reaches its health page at %s', async (host) => {
      const { status } = await fetchAs(`${host}:9090`)(served.url.replace('/mcp', '/healthz'));
      expect(status).toBe(200);
    });
  });

  describe('with a token', () => {
    let served: ServedInstance;
    beforeAll(async () => {
      served = await serve(flavour, { authTokenRef: { name: 'clients' } });
    });
    afterAll(() => served?.stop());

    test.each([undefined, 'Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN])(
      'nobody comes in with %s',
      async (authorization) => {
        expect(await statusOf(served.url, 'sales:8080', authorization)).toBe(401);
      },
    );

    test('who has the token gets rows', async () => {
      await using client = await served.connect({ token: TOKEN });
      const answer = await client.callTool<SqlAnswer>('execute_sql', { sql: 'SELECT 7 AS seven' });
      expect(rowsOf(answer)).toEqual([{ seven: 7 }]);
    });

    test('the token is in no log', () => {
      expect(served.logs()).not.toContain(TOKEN);
    });
  });
});
