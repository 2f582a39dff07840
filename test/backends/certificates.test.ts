import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, type Certificate, createAuthority } from '../../lab/backends/certificates.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';

let folder: string;
let authority: Authority;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-certificates');
  authority = await createAuthority(folder);
});
afterAll(() => removeFolder(folder));

const SAN = 'DNS:localhost,IP:127.0.0.1';

/** What a verifying client says about a server with this certificate: undefined when it is content. */
async function verdict(server: Certificate, client?: Certificate): Promise<string | undefined> {
  const ca = readFileSync(authority.certificate);
  const listener = createServer({
    ...pem(server),
    ca,
    requestCert: client !== undefined,
    rejectUnauthorized: true,
  });
  listener.on('secureConnection', (socket) => socket.end('welcome'));
  listener.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        ca,
        ...(client && pem(client)),
      });
      socket.once('data', () => resolve(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      // A server that refuses a client in TLS 1.3 does so after the client was content.
      socket.once('close', () => resolve('closed'));
    });
  } finally {
    listener.close();
  }
}

const pem = ({ certificate, key }: Certificate) => ({
  cert: readFileSync(certificate),
  key: readFileSync(key),
});

test('a server certificate is accepted for its names', async () => {
  const server = await authority.issue({ name: 'localhost', san: SAN, usage: 'server' });
  expect(await verdict(server)).toBeUndefined();
});

test('an expired one and a future one are not', async () => {
  const day = 24 * 3600 * 1000;
  const expired = await authority.issue({
    name: 'localhost',
    san: SAN,
    notAfter: new Date(Date.now() - day),
  });
  expect(await verdict(expired)).toBe('CERT_HAS_EXPIRED');
  const future = await authority.issue({
    name: 'localhost',
    san: SAN,
    notBefore: new Date(Date.now() + day),
  });
  expect(await verdict(future)).toBe('CERT_NOT_YET_VALID');
});

test('nor one for another name, nor of another authority', async () => {
  const elsewhere = await authority.issue({ name: 'elsewhere', san: 'DNS:elsewhere' });
  expect(await verdict(elsewhere)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const other = await createAuthority(`${folder}/other`, 'Another authority');
  const foreign = await other.issue({ name: 'localhost', san: SAN });
  expect(await verdict(foreign)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

test('a client certificate is accepted as such and a server certificate is not', async () => {
  const server = await authority.issue({ name: 'localhost', san: SAN, usage: 'server' });
  const client = await authority.issue({ name: 'crossplane', usage: 'client' });
  expect(await verdict(server, client)).toBeUndefined();
  expect(await verdict(server, server)).toMatch(/^closed$|ECONNRESET/);
});

test('two with the same name differ in serial and key', async () => {
  const [one, two] = [await authority.issue({ name: 'same' }), await authority.issue({ name: 'same' })].map(
    ({ certificate }) => new X509Certificate(readFileSync(certificate)),
  );
  expect(one?.serialNumber).not.toBe(two?.serialNumber);
  expect(one?.publicKey.equals(two?.publicKey ?? one.publicKey)).toBe(false);
});
