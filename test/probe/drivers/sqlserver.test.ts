import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, removeFolder } from '../../../lab/process/server-process.ts';
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

const azure = { from: 1024, to: 65_535, domains: ['localhost'] };

test('a gateway that sends on to where the type knows that it does', async () => {
  await using server = await startPeer(tds());
  await using gateway = await startPeer(tds({ route: { host: 'localhost', port: server.port } }));
  const report = await probe({ driver: 'sqlserver', port: gateway.port, redirects: azure });
  expect(report.reason).toBe('Connected');
  expect([gateway.accepted(), server.accepted()]).toEqual([1, 1]);
});

test('a gateway that sends on forever', async () => {
  await using gateway = await startPeer((socket) =>
    tds({ route: { host: 'localhost', port: gateway.port } })(socket),
  );
  const report = await probe({ driver: 'sqlserver', port: gateway.port, redirects: azure });
  expect(report.reason).toBe('ProtocolError');
  expect(gateway.accepted()).toBe(2);
});

test.each<[string, Partial<RunnableCheck>, string]>([
  ['a type that sends nobody on', {}, 'localhost'],
  ['a host of another domain', { redirects: azure }, '127.0.0.1'],
  ['a domain that only ends alike', { redirects: { ...azure, domains: ['host'] } }, 'localhost'],
  ['a port beside the range', { redirects: { ...azure, to: 1025 } }, 'localhost'],
])('of a server that sends on, for %s, open ports are told as closed ones', async (_title, fields, host) => {
  await using open = await startPeer(tds());
  const reasons = [];
  for (const port of [open.port, await freePort()]) {
    await using gateway = await startPeer(tds({ route: { host, port } }));
    reasons.push((await probe({ driver: 'sqlserver', port: gateway.port, ...fields })).reason);
  }
  expect(reasons).toEqual(['Redirected', 'Redirected']);
  expect(open.accepted()).toBe(0);
});

test.each(['169.254.169.254', '100.100.100.200', '10.96.0.1'])(
  'a place that is known, with the address %s that is out of reach, is judged like the first',
  async (host) => {
    await using gateway = await startPeer(tds({ route: { host, port: 11_001 } }));
    const redirects = { from: 11_000, to: 11_999, domains: [host] };
    const ranges = { never: [`${host}/32`] };
    const report = await probe({ driver: 'sqlserver', port: gateway.port, redirects, ranges });
    expect(report.reason).toBe('AddressNotAllowed');
  },
);

test('another protocol', async () => {
  await using web = await startPeer(saying('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect((await probe({ driver: 'sqlserver', port: web.port })).reason).toBe('ProtocolError');
});
