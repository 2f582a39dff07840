import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Authority, type Certificate, createAuthority } from '../../lab/backends/certificates.ts';
import { type ByteClient, connect, RUN_FUNCTION } from '../../lab/clients/grpc.ts';
import { startServer } from '../../src/grpc/server.ts';
import { StartError } from '../../src/process/start-error.ts';
import { type CertificateFolder, certificateFolder, withCa } from './certificate-folder.ts';
import { echo } from './echo.ts';
import { readableLog, serve, until } from './served.ts';

const SAN = 'DNS:localhost,IP:127.0.0.1';
const YESTERDAY = new Date(Date.now() - 24 * 3600 * 1000);
const POLL_MS = 20;

let root: string;
let ours: Authority;
let others: Authority;
let server: Certificate;
let secondServer: Certificate;
let expiredServer: Certificate;
let client: Certificate;
let expiredClient: Certificate;
let foreignClient: Certificate;
let foreignServer: Certificate;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'function-mcp-tls-'));
  ours = await createAuthority(join(root, 'ours'));
  others = await createAuthority(join(root, 'others'));
  server = await ours.issue({ name: 'first', san: SAN, usage: 'server' });
  secondServer = await ours.issue({ name: 'second', san: SAN, usage: 'server' });
  expiredServer = await ours.issue({ name: 'expired', san: SAN, usage: 'server', notAfter: YESTERDAY });
  client = await ours.issue({ name: 'crossplane', usage: 'client' });
  expiredClient = await ours.issue({ name: 'late', usage: 'client', notAfter: YESTERDAY });
  foreignClient = await others.issue({ name: 'stranger', usage: 'client' });
  foreignServer = await others.issue({ name: 'third', san: SAN, usage: 'server' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): Promise<CertificateFolder> => certificateFolder(join(root, `mounted-${++folders}`));

/** A server on a folder with these files. */
async function serveTls(files: { certificate: string; key: string; ca: string }) {
  const folder = await newFolder();
  await folder.put(files);
  const running = await serve({ tlsDir: folder.path, certificatePollMs: POLL_MS });
  return { ...running, folder };
}

/** A gRPC client that trusts our CA, or another, and shows a certificate or none. */
async function connectAs(port: number, shown: Certificate | undefined, ca = ours): Promise<ByteClient> {
  const trusted = await readFile(ca.certificate);
  const channel =
    shown === undefined
      ? credentials.createSsl(trusted)
      : credentials.createSsl(trusted, await readFile(shown.key), await readFile(shown.certificate));
  const connected = connect(`localhost:${port}`, channel);
  onTestFinished(() => connected[Symbol.dispose]());
  return connected;
}

const expectRefused = async (refused: ByteClient): Promise<void> =>
  expect(await refused.send(RUN_FUNCTION, Buffer.alloc(0))).toMatchObject({
    ok: false,
    code: status.UNAVAILABLE,
  });

const expectServed = async (served: ByteClient): Promise<void> =>
  expect((await served.run({ input: { a: 1 } })).output).toEqual({ a: 1 });

/** A TLS connection of our client, once its handshake is done. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    port,
    host: 'localhost',
    ALPNProtocols: ['h2'],
    ca: [await readFile(ours.certificate), await readFile(others.certificate)],
    cert: await readFile(client.certificate),
    key: await readFile(client.key),
    ...options,
  });
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

const servedName = async (port: number): Promise<string | undefined> =>
  (await handshake(port)).getPeerCertificate().subject.CN?.toString();

describe('a client', () => {
  test('with a certificate of our CA is served', async () => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    await expectServed(await connectAs(port, client));
  });

  test.each([
    ['without a certificate', () => undefined],
    ['with a certificate of another CA', () => foreignClient],
    ['with an expired certificate', () => expiredClient],
    ['with a certificate that is for servers', () => secondServer],
  ])('%s is refused, and harms nobody else', async (_, shown) => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    await expectRefused(await connectAs(port, shown()));
    await expectServed(await connectAs(port, client));
  });

  describe('with certificates as Crossplane makes them: all of one name, and without key identifiers', () => {
    const NAME = 'Crossplane';
    const bare = { name: NAME, keyIdentifiers: false } as const;
    let root2: Authority;
    let impostor: Authority;
    beforeAll(async () => {
      root2 = await createAuthority(join(root, 'crossplane'), NAME);
      impostor = await createAuthority(join(root, 'impostor'), NAME);
    });

    test('is served', async () => {
      const { port } = await serveTls(withCa(server, root2.certificate));
      await expectServed(await connectAs(port, await root2.issue({ ...bare, usage: 'client' })));
    });

    test.each([
      ['of another root of that name', () => impostor.issue({ ...bare, usage: 'client' })],
      ['that has expired', () => root2.issue({ ...bare, usage: 'client', notAfter: YESTERDAY })],
      ['that is for servers', () => root2.issue({ ...bare, usage: 'server' })],
    ])('%s is refused', async (_, issue) => {
      const { port, lines } = await serveTls(withCa(server, root2.certificate));
      await expectRefused(await connectAs(port, await issue()));
      expect(lines.join('')).toContain('Refused a client');
    });
  });

  test('that speaks plaintext is refused', async () => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    const plain = connect(`127.0.0.1:${port}`);
    onTestFinished(() => plain[Symbol.dispose]());
    await expectRefused(plain);
  });

  test('older than TLS 1.2 is refused', async () => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(port, old)).rejects.toMatchObject({ code: /PROTOCOL_VERSION|HANDSHAKE_FAILURE/ });
    expect((await handshake(port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  });

  test('that sends garbage is dropped, and harms nobody else', async () => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', randomBytes(3000)]) {
      const socket = connectTcp(port, '127.0.0.1').resume();
      socket.on('error', () => {});
      await new Promise((resolve) => {
        socket.once('close', resolve);
        socket.write(bytes);
      });
    }
    await expectServed(await connectAs(port, client));
  });
});

describe('certificates that rotate', () => {
  test('are served to new connections, and open ones stay', async () => {
    const { port, folder, lines } = await serveTls(withCa(server, ours.certificate));
    const before = await connectAs(port, client);
    await expectServed(before);
    expect(await servedName(port)).toBe('first');
    await folder.put(withCa(secondServer, ours.certificate));
    await until(async () => (await servedName(port)) === 'second');
    await expectServed(before);
    await expectServed(await connectAs(port, client));
    expect(lines.join('')).toContain('Certificates rotated');
  });

  test('replace an expired one, with which the server starts and says so', async () => {
    const { port, folder, lines } = await serveTls(withCa(expiredServer, ours.certificate));
    expect(lines.join('')).toContain('has expired');
    await expectRefused(await connectAs(port, client));
    await folder.put(withCa(server, ours.certificate));
    await until(() => lines.join('').includes('Certificates rotated'));
    await expectServed(await connectAs(port, client));
  });

  test('may bring another CA: its clients are served, those of the earlier one no more', async () => {
    const { port, folder, lines } = await serveTls(withCa(server, ours.certificate));
    await expectRefused(await connectAs(port, foreignClient));
    await folder.put(withCa(foreignServer, others.certificate));
    await until(() => lines.join('').includes('Certificates rotated'));
    await expectServed(await connectAs(port, foreignClient, others));
    await expectRefused(await connectAs(port, client, others));
  });

  test('are not passed by with a session from before', async () => {
    const { port } = await serveTls(withCa(server, ours.certificate));
    const first = await handshake(port, { maxVersion: 'TLSv1.2' });
    const session = first.getSession();
    expect(session).toBeDefined();
    expect((await handshake(port, { maxVersion: 'TLSv1.2', session })).isSessionReused()).toBe(false);
    const newer = await handshake(port);
    const ticket = await Promise.race([
      new Promise<Buffer>((resolve) => newer.once('session', resolve)),
      new Promise<undefined>((resolve) => newer.once('data', () => resolve(undefined))),
    ]);
    expect((await handshake(port, { session: ticket })).isSessionReused()).toBe(false);
  });

  test.each([
    [
      'a key of another certificate',
      () => ({ certificate: secondServer.certificate, key: server.key, ca: ours.certificate }),
      'tls.key does not belong to tls.crt',
    ],
    ['no key', () => ({ certificate: secondServer.certificate, ca: ours.certificate }), 'tls.key is missing'],
    ['no CA', () => ({ ...secondServer }), 'ca.crt is missing'],
    ['nothing', () => ({}), 'tls.crt is missing, tls.key is missing, ca.crt is missing'],
  ])('and are broken leave the earlier in place, logged once: %s', async (_, files, problem) => {
    const { port, folder, lines } = await serveTls(withCa(server, ours.certificate));
    await folder.put(files());
    await until(() => lines.join('').includes(problem));
    await expectServed(await connectAs(port, client));
    expect(await servedName(port)).toBe('first');
    await folder.put(withCa(secondServer, ours.certificate));
    await until(async () => (await servedName(port)) === 'second');
    expect(lines.filter((line) => line.includes('not usable'))).toHaveLength(1);
  });
});

describe('a certificate folder', () => {
  const starting = (tlsDir: string | undefined): Promise<unknown> =>
    startServer({ address: '127.0.0.1:0', tlsDir, handler: echo, log: readableLog().log });

  test('that is not given is refused: plaintext must be asked for', async () => {
    await expect(starting(undefined)).rejects.toThrow(StartError);
    await expect(starting('')).rejects.toThrow(/no certificate folder given/);
  });

  test('that does not exist is refused, named with its files', async () => {
    const path = join(root, 'nowhere');
    await expect(starting(path)).rejects.toThrow(StartError);
    await expect(starting(path)).rejects.toThrow(
      `no usable certificates in ${path}: tls.crt is missing, tls.key is missing, ca.crt is missing`,
    );
  });

  const garbage = async (name: string): Promise<string> => {
    const path = join(root, name);
    await writeFile(path, 'canary: not PEM');
    return path;
  };
  const half = async (source: string, name: string): Promise<string> => {
    const pem = await readFile(source, 'utf8');
    const path = join(root, name);
    await writeFile(path, pem.slice(0, pem.length / 2));
    return path;
  };
  const empty = async (name: string): Promise<string> => {
    const path = join(root, name);
    await writeFile(path, '');
    return path;
  };

  test.each([
    ['empty', async () => ({}), 'tls.crt is missing, tls.key is missing, ca.crt is missing'],
    [
      'without a key',
      async () => ({ certificate: server.certificate, ca: ours.certificate }),
      'tls.key is missing',
    ],
    ['without a CA', async () => ({ ...server }), 'ca.crt is missing'],
    ['with an empty CA', async () => ({ ...server, ca: await empty('e') }), 'ca.crt is empty'],
    [
      'with garbage for a certificate',
      async () => ({ ...withCa(server, ours.certificate), certificate: await garbage('a') }),
      'tls.crt is not a PEM certificate',
    ],
    [
      'with half a certificate',
      async () => ({ ...withCa(server, ours.certificate), certificate: await half(server.certificate, 'b') }),
      'tls.crt is not a PEM certificate',
    ],
    [
      'with half a key',
      async () => ({ ...withCa(server, ours.certificate), key: await half(server.key, 'c') }),
      'tls.key is not an unencrypted PEM private key',
    ],
    [
      'with half a CA',
      async () => ({ ...server, ca: await half(ours.certificate, 'd') }),
      'ca.crt is not a PEM certificate',
    ],
    [
      'with another key',
      async () => ({ ...withCa(server, ours.certificate), key: client.key }),
      'tls.key does not belong to tls.crt',
    ],
  ])('%s is refused, and the problem named', async (_, files, problem) => {
    const folder = await newFolder();
    await folder.put(await files());
    const start = starting(folder.path);
    await expect(start).rejects.toThrow(StartError);
    await expect(start).rejects.toThrow(`no usable certificates in ${folder.path}: ${problem}`);
    await expect(start).rejects.not.toThrow(/canary/);
  });

  test('with a bundle of CAs and a chain is served with all of them', async () => {
    const folder = await newFolder();
    const bundle = join(root, 'bundle.crt');
    await copyFile(ours.certificate, bundle);
    await writeFile(bundle, await readFile(others.certificate), { flag: 'a' });
    await folder.put(withCa(server, bundle));
    const { port } = await serve({ tlsDir: folder.path });
    await expectServed(await connectAs(port, client));
    await expectServed(await connectAs(port, foreignClient));
  });
});

test('draining does not wait for a client that never shakes hands', async () => {
  const running = await serveTls(withCa(server, ours.certificate));
  const silent = connectTcp(running.port, '127.0.0.1');
  const closed = new Promise((resolve) => silent.once('close', resolve));
  silent.resume().on('error', () => {});
  await new Promise((resolve) => silent.once('connect', resolve));
  await expectServed(await connectAs(running.port, client));
  await running.drain(100);
  await closed;
});
