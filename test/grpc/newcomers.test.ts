/** What clients cost that never show a certificate. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Authority, type Certificate, createAuthority } from '../../lab/backends/certificates.ts';
import { connect as connectGrpc } from '../../lab/clients/grpc.ts';
import { limitNewcomers, type NewcomerLimits } from '../../src/grpc/newcomers.ts';
import { certificateFolder } from './certificate-folder.ts';
import { serve } from './served.ts';

let root: string;
let authority: Authority;
let server: Certificate;
let client: Certificate;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'function-mcp-newcomers-'));
  authority = await createAuthority(join(root, 'authority'));
  server = await authority.issue({ name: 'server', san: 'DNS:localhost,IP:127.0.0.1', usage: 'server' });
  client = await authority.issue({ name: 'crossplane', usage: 'client' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** An HTTP/2 server whose clients need a certificate. */
const listening = async (limits: Partial<NewcomerLimits>) => {
  const http2 = createSecureServer({
    cert: await readFile(server.certificate),
    key: await readFile(server.key),
    ca: await readFile(authority.certificate),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const warnings: { why?: string }[] = [];
  limitNewcomers(http2, { warn: (it: object) => void warnings.push(it) }, limits);
  http2.on('stream', (stream) => stream.respond({ ':status': 204 }, { endStream: true }));
  http2.listen(0, '127.0.0.1');
  await once(http2, 'listening');
  onTestFinished(() => void http2.close());
  return { port: (http2.address() as AddressInfo).port, warnings };
};

/** A connection that says nothing. */
const silent = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

const closed = (socket: Socket): Promise<unknown> =>
  socket.closed ? Promise.resolve() : once(socket.resume(), 'close');

/** A session of a client with a certificate, and what its request is answered with. */
const session = async (port: number) => {
  const http2 = connectHttp2(`https://localhost:${port}`, {
    cert: await readFile(client.certificate),
    key: await readFile(client.key),
    ca: await readFile(authority.certificate),
  });
  onTestFinished(() => http2.destroy());
  // a refused session fails its request too
  http2.on('error', () => {});
  const ask = async () => (await once(http2.request(), 'response'))[0][':status'] as number;
  return { http2, ask };
};

test('the oldest connection without a certificate makes room for a new one', async () => {
  const { port, warnings } = await listening({ most: 5, burst: 1000 });
  const known = await session(port);
  expect(await known.ask()).toBe(204);
  const sockets: Socket[] = [];
  for (let index = 0; index < 20; index++) sockets.push(await silent(port));
  await Promise.all(sockets.slice(0, 15).map(closed));
  expect(sockets.slice(15).some((socket) => socket.closed)).toBe(false);
  expect(await (await session(port)).ask()).toBe(204);
  expect(await known.ask()).toBe(204);
  expect(warnings).toMatchObject([{ why: 'more than 5 at a time' }]);
});

test('a connection without a certificate ends after some time, one with a certificate stays', async () => {
  const { port, warnings } = await listening({ handshakeMs: 200 });
  const known = await session(port);
  expect(await known.ask()).toBe(204);
  await closed(await silent(port));
  expect(await known.ask()).toBe(204);
  expect(warnings).toMatchObject([{ why: 'no handshake within 200 ms' }]);
});

test('an address that connects too often is turned away before its handshake, and served again later', async () => {
  const { port, warnings } = await listening({ perSecond: 10, burst: 10 });
  const known = await session(port);
  expect(await known.ask()).toBe(204);
  let handshakes = 0;
  for (let index = 0; index < 40; index++) {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    socket.on('error', () => {}).once('secureConnect', () => handshakes++);
    await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
    socket.destroy();
  }
  expect(handshakes).toBeLessThan(30);
  expect(warnings).toMatchObject([{ why: 'more than 10 connections per second' }]);
  expect(await known.ask()).toBe(204);
  await expect.poll(async () => (await session(port)).ask().catch(() => 0), { timeout: 10_000 }).toBe(204);
});

test('the function serves a client that is connected while others flood its port', async () => {
  const folder = await certificateFolder(join(root, 'mounted'));
  await folder.put({ certificate: server.certificate, key: server.key, ca: authority.certificate });
  const { port } = await serve({ tlsDir: folder.path });
  const crossplane = connectGrpc(
    `localhost:${port}`,
    credentials.createSsl(
      await readFile(authority.certificate),
      await readFile(client.key),
      await readFile(client.certificate),
    ),
  );
  onTestFinished(() => crossplane[Symbol.dispose]());
  const ask = async () => (await crossplane.run({ input: { a: 1 } })).output;
  expect(await ask()).toEqual({ a: 1 });
  const sockets: Socket[] = [];
  for (let index = 0; index < 500; index++) sockets.push(await silent(port));
  expect(await ask()).toEqual({ a: 1 });
  await Promise.all(sockets.slice(100).map(closed));
  expect(await ask()).toEqual({ a: 1 });
});
