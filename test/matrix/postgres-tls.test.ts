import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { instance, secret, TENANT, worldOf } from '../support/world.ts';
import { ask, rowsOf } from './ask.ts';
import { databases } from './databases.ts';

/** A Database with this TLS, and what is to come of it: whether the session is encrypted, or the error. */
const cases: [name: string, tls: JsonObject, expected: boolean | RegExp][] = [
  ['disabled', { sslMode: 'disable' }, false],
  ['required', { sslMode: 'require' }, true],
  ['by-ca', { sslMode: 'verify-ca', caRef: { name: 'right' } }, true],
  ['by-ca-in-config-map', { sslMode: 'verify-ca', caRef: { kind: 'ConfigMap', name: 'right' } }, true],
  ['by-one-ca-of-two', { sslMode: 'verify-ca', caRef: { name: 'both' } }, true],
  ['by-wrong-ca', { sslMode: 'verify-ca', caRef: { name: 'wrong' } }, /unable to verify|self-signed/],
  ['by-public-ca', { sslMode: 'verify-ca' }, /unable to verify|self-signed/],
  ['by-name', { sslMode: 'verify-full', host: 'localhost', caRef: { name: 'right' } }, true],
  [
    'by-name-and-wrong-ca',
    { sslMode: 'verify-full', host: 'localhost', caRef: { name: 'wrong' } },
    /unable to verify|self-signed/,
  ],
  [
    'disabled-where-needed',
    { sslMode: 'disable', credentialsRef: { name: 'encrypted-only' } },
    /Authentication failed|pg_hba/,
  ],
  ['required-where-needed', { sslMode: 'require', credentialsRef: { name: 'encrypted-only' } }, true],
];

let folder: string;
let backend: Backend;
let served: ServedInstance;
let client: McpClient;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-tls');
  const [right, wrong] = [
    await createAuthority(join(folder, 'right')),
    await createAuthority(join(folder, 'wrong'), 'Another authority'),
  ];
  // Not for 127.0.0.1, at which it is reached too.
  const certificate = await right.issue({ name: 'localhost', san: 'DNS:localhost', usage: 'server' });
  backend = await startPostgres({ tls: { ...certificate, authority: right.certificate } });
  await backend.createDatabase('shop');
  const users = ['reader', 'encrypted'].map((name) => ({ name, password: `p of ${name}`, database: 'shop' }));
  for (const user of users)
    await backend.createUser({ ...user, readOnly: true, requireTls: user.name === 'encrypted' });

  const [ca, other] = await Promise.all(
    [right, wrong].map(({ certificate: path }) => readFile(path, 'utf8')),
  );
  const specs = cases.map(([name, tls]) => {
    const { host, port } = backend;
    const spec = {
      type: 'postgres',
      host,
      port,
      database: 'shop',
      credentialsRef: { name: 'reader' },
      ...tls,
    };
    return { name, type: 'postgres' as const, spec };
  });
  served = await serveInstance(
    worldOf(instance('namespaced', { resourceSelector: {} }), [
      ...databases('namespaced', specs),
      secret('reader', { username: 'reader', password: 'p of reader' }),
      secret('encrypted-only', { username: 'encrypted', password: 'p of encrypted' }),
      secret('right', { 'ca.crt': ca ?? '' }),
      secret('wrong', { 'ca.crt': other ?? '' }),
      secret('both', { 'ca.crt': `# not this one\n${other}\n# this one\n${ca}` }),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'right', namespace: TENANT },
        data: { 'ca.crt': ca ?? '' },
      },
    ]),
  );
  client = await served.connect();
});

afterAll(async () => {
  await served?.stop();
  await backend?.stop();
  if (folder) await removeFolder(folder);
});

const SQL = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

test.each(cases)('%s: %o', async (name, _, expected) => {
  const answer = await ask(client, name, SQL);
  if (typeof expected === 'boolean') expect(rowsOf(answer)).toEqual([{ ssl: expected }]);
  else expect(answer).toMatchObject({ isError: true, content: { error: expect.stringMatching(expected) } });
});
