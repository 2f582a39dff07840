import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import type { DatabaseType } from '../../src/servers/dbhub/dbhub-resource.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { instance, secret, worldOf } from '../support/world.ts';
import { databases } from './databases.ts';

/** Types whose servers do not run here: what DBHub sends to one before it answers says what it was told. */
interface Dialled {
  type: Extract<DatabaseType, 'sqlserver' | 'oracle'>;
  sslMode: string;
  /** What it asks for in its first bytes; undefined while there are too few. */
  reads: (bytes: Buffer) => unknown;
  asks: unknown;
}

/** The encryption that PRELOGIN asks for (MS-TDS 2.2.6.5): 1 on, 2 not supported. */
const encryption = (bytes: Buffer): number | undefined => {
  const body = bytes.subarray(8);
  for (let at = 0; at + 5 <= body.length && body[at] !== 0xff; at += 5) {
    if (body[at] === 1) return body[body.readUInt16BE(at + 1)];
  }
  return undefined;
};

/** `TLS` for a ClientHello (RFC 8446, 5.1); else the service in the connect string, once it is there. */
const service = (bytes: Buffer): string | undefined =>
  bytes[0] === 22 && bytes[5] === 1 ? 'TLS' : /SERVICE_NAME=([^)]*)\)/i.exec(bytes.toString('latin1'))?.[1];

const cases: Dialled[] = [
  { type: 'sqlserver', sslMode: 'disable', reads: encryption, asks: 2 },
  { type: 'sqlserver', sslMode: 'require', reads: encryption, asks: 1 },
  { type: 'oracle', sslMode: 'disable', reads: service, asks: 'shop.example' },
  { type: 'oracle', sslMode: 'require', reads: service, asks: 'TLS' },
  { type: 'oracle', sslMode: 'verify-full', reads: service, asks: 'TLS' },
];

const listeners: Server[] = [];
afterAll(() => {
  for (const listener of listeners) listener.close();
});

/** Listens on a port, takes what is sent until it can be read, and hangs up. */
async function listen({ reads }: Dialled): Promise<{ port: number; asked: () => unknown }> {
  let bytes = Buffer.alloc(0);
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      if (reads(bytes) !== undefined) socket.destroy();
    });
  });
  listeners.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return { port: (listener.address() as AddressInfo).port, asked: () => reads(bytes) };
}

test('SQL Server and Oracle are dialled at their port, with the TLS and for the service that the spec names', async () => {
  const dialled = await Promise.all(
    cases.map(async (each) => ({ ...each, name: `${each.type}-${each.sslMode}`, ...(await listen(each)) })),
  );
  const specs = dialled.map(({ name, type, sslMode, port }) => {
    const spec: JsonObject = { type, sslMode, host: '127.0.0.1', port, database: 'shop.example' };
    return { name, type, spec: { ...spec, connectionTimeout: 5, credentialsRef: { name: 'credentials' } } };
  });
  await using served = await serveInstance(
    worldOf(instance('namespaced', { resourceSelector: {} }), [
      secret('credentials', { username: 'reader', password: 'p@ss' }),
      ...databases('namespaced', specs),
    ]),
  );
  await using client = await served.connect();
  for (const { name, asks, asked } of dialled) {
    const answer = await client.callTool(`execute_sql_${name.replaceAll('-', '_')}`, { sql: 'SELECT 1' });
    expect(answer.isError, name).toBe(true);
    expect(asked(), name).toBe(asks);
  }
});
