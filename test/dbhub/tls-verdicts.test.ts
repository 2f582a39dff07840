import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { secret } from '../support/world.ts';
import { type Beside, reader, serveBeside } from './beside.ts';
import { compare, type Expected } from './compared.ts';

/** Certificates by their names, and the hosts for which they are valid: RFC 9110, section 4.3.4, and RFC 6125. */
const certificates: Readonly<Record<string, { name: string; san?: string; validFor: readonly string[] }>> = {
  'a-name': { name: 'localhost', san: 'DNS:localhost', validFor: ['localhost'] },
  'an-address': { name: 'server', san: 'IP:127.0.0.1', validFor: ['127.0.0.1'] },
  both: { name: 'server', san: 'DNS:localhost,IP:127.0.0.1', validFor: ['localhost', '127.0.0.1'] },
  'another-name': { name: 'localhost', san: 'DNS:elsewhere', validFor: [] },
  'another-address': { name: '127.0.0.1', san: 'IP:127.0.0.2', validFor: [] },
  'an-address-as-a-name': { name: 'server', san: 'DNS:127.0.0.1', validFor: [] },
  'a-common-name': { name: 'localhost', validFor: ['localhost'] },
  'a-common-address': { name: '127.0.0.1', validFor: [] },
};

let folder: string;
let authority: string;
const backends: Backend[] = [];
const expected: Expected[] = [];

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-tls-verdicts');
  const issuer = await createAuthority(join(folder, 'authority'));
  const stranger = await createAuthority(join(folder, 'stranger'), 'Another authority');
  authority = `${await readFile(issuer.certificate, 'utf8')}`;
  for (const [title, { validFor, ...request }] of Object.entries(certificates)) {
    const tls = {
      ...(await issuer.issue({ ...request, usage: 'server' })),
      authority: stranger.certificate,
    };
    const backend = await startPostgres({ tls });
    backends.push(backend);
    await backend.createDatabase('shop');
    await backend.createUser(reader);
    for (const [host, suffix] of [
      ['localhost', 'name'],
      ['127.0.0.1', 'address'],
    ] as const) {
      const common = { type: 'postgres', port: backend.port } as const;
      const spec = { host, caRef: { name: 'authority' } };
      const named = validFor.includes(host) ? 'Connected' : 'TLSNameMismatch';
      expected.push(
        {
          ...common,
          name: `full-${title}-${suffix}`,
          spec: { ...spec, sslMode: 'verify-full' },
          // Some drivers compare an address with "localhost".
          reason: suffix === 'address' ? 'InvalidSpec' : named,
        },
        {
          ...common,
          name: `ca-${title}-${suffix}`,
          spec: { ...spec, sslMode: 'verify-ca' },
          reason: 'Connected',
        },
      );
    }
  }
});

afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.stop()));
  if (folder) await removeFolder(folder);
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    const [backend] = backends;
    if (!backend) throw new Error('there is no PostgreSQL');
    beside = await serveBeside(backend, expected, {
      runtime: await runtime(),
      objects: [secret('authority', { 'ca.crt': authority })],
    });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('the probe accepts a certificate for a host exactly where a call returns rows', async () => {
    await compare(beside, expected);
  }, 120_000);
});
