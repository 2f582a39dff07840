import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFolder } from '../../../lab/process/server-process.ts';
import type { RunnableCheck } from '../../../src/probe/check.ts';
import { saying, startPeer } from './peers.ts';
import { probe } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import { type TdsPeer, tds } from './tds-peer.ts';
import { type Certificates, issueCertificates } from './tls-matrix.ts';

expectQuiet();

let certificates: Certificates;

beforeAll(async () => {
  certificates = await issueCertificates();
});

afterAll(async () => {
  if (certificates) await removeFolder(certificates.folder);
});

const check = async (peer: TdsPeer, overrides: Partial<RunnableCheck> = {}): Promise<string> => {
  await using server = await startPeer(tds(peer));
  const report = await probe({ driver: 'sqlserver', port: server.port, ...overrides });
  expect(server.accepted()).toBe(1);
  await server.idle();
  return report.reason;
};

test.each<[string, TdsPeer, Partial<RunnableCheck>, string]>([
  ['good', {}, {}, 'Connected'],
  ['a user that can write', { writes: 1 }, {}, 'NotReadOnly'],
  ['a user that can write, where it may', { writes: 1 }, { readOnly: false }, 'Connected'],
  ['rights that cannot be asked for', { writes: 'error' }, {}, 'Connected'],
  ['wrong password', { loginErrors: [18456] }, {}, 'AuthFailed'],
  ['no such database, or no right to it', { loginErrors: [4060, 18456] }, {}, 'PermissionDenied'],
  ['a server that is starting', { loginErrors: [17187] }, {}, 'ServerStarting'],
  ['too many connections', { loginErrors: [10928] }, {}, 'TooManyConnections'],
  ['a firewall', { loginErrors: [40615] }, {}, 'NotAllowed'],
  ['an error that is not known', { loginErrors: [99999] }, {}, 'LoginFailed'],
  ['a query that fails', { queryError: 208 }, {}, 'QueryFailed'],
  ['TLS that the server has not', {}, { tls: 'require' }, 'TLSNotOffered'],
  ['TLS that the server asks for', { encryption: 'required' }, {}, 'TLSRequired'],
])('%s', async (_title, peer, overrides, reason) => {
  expect(await check(peer, overrides)).toBe(reason);
});

test.each([
  ['require', 'good', 'localhost', 'Connected'],
  ['require', 'expired', 'localhost', 'Connected'],
  ['verify-full', 'good', 'localhost', 'Connected'],
  ['verify-full', 'good', '127.0.0.1', 'TLSNameMismatch'],
  ['verify-full', 'expired', 'localhost', 'TLSExpired'],
  // tedious cannot look at the chain alone.
  ['verify-ca', 'good', '127.0.0.1', 'TLSNameMismatch'],
] as const)('%s, %s certificate, at %s: %s', async (tls, kind, host, reason) => {
  const caPem = await readFile(certificates.good.authority, 'utf8');
  const peer: TdsPeer = { encryption: 'on', certificate: certificates[kind] };
  expect(await check(peer, { tls, host, ca: 'ca.crt', caPem })).toBe(reason);
});

test('a certificate of an authority that is not public', async () => {
  const peer: TdsPeer = { encryption: 'on', certificate: certificates.good };
  expect(await check(peer, { tls: 'verify-full' })).toBe('TLSUntrusted');
});

test('a gateway that sends on to another server', async () => {
  await using server = await startPeer(tds());
  await using gateway = await startPeer(tds({ route: { host: 'localhost', port: server.port } }));
  const report = await probe({ driver: 'sqlserver', port: gateway.port });
  expect(report.reason).toBe('Connected');
  expect([gateway.accepted(), server.accepted()]).toEqual([1, 1]);
});

test('a gateway that sends on for ever', async () => {
  await using gateway = await startPeer((socket) =>
    tds({ route: { host: 'localhost', port: gateway.port } })(socket),
  );
  const report = await probe({ driver: 'sqlserver', port: gateway.port });
  expect(report.reason).toBe('ProtocolError');
  expect(gateway.accepted()).toBe(2);
});

test('another protocol', async () => {
  await using web = await startPeer(saying('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect((await probe({ driver: 'sqlserver', port: web.port })).reason).toBe('ProtocolError');
});
