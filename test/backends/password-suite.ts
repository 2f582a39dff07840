import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, BackendOptions, BackendUser } from '../../lab/backends/backend.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { DatabaseType } from '../../src/servers/dbhub/dbhub-resource.ts';
import { ask, rowsOf } from '../matrix/ask.ts';
import { databases } from '../matrix/databases.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { type Flavour, instance, secret, worldOf } from '../support/world.ts';
import { HOSTILE_PASSWORDS } from './hostile-passwords.ts';

export interface Server {
  type: Extract<DatabaseType, Backend['type']>;
  flavour: Flavour;
  start: (options: BackendOptions) => Promise<Backend>;
  /** How the server may keep a password, with the longest in bytes that it then takes. */
  plugins: { plugin?: NonNullable<BackendUser['plugin']>; limit?: number }[];
  /** Titles of passwords that the server takes and its driver cannot send. */
  unspeakable?: string[];
  /** Asks whether the session is encrypted: what it shows where it is not. */
  encryption: { sql: string; none: Record<string, unknown> };
}

/** Passwords of every kind log in through the real DBHub, and show nowhere. */
export const testPasswords = ({ type, flavour, start, plugins, unspeakable = [], encryption }: Server) =>
  describe(type, () => {
    const accounts = plugins.flatMap(({ plugin, limit = Number.POSITIVE_INFINITY }) =>
      Object.entries(HOSTILE_PASSWORDS)
        .filter(([, password]) => Buffer.byteLength(password) <= limit)
        .map(([title, password], index) => ({
          title: plugin ? `${title} (${plugin})` : title,
          name: `${plugin?.split('_')[0] ?? 'user'}-${index}`,
          user: {
            name: `${plugin?.[0] ?? 'u'}%40@${index}`,
            password,
            database: 'shop',
            ...(plugin && { plugin }),
          },
          speakable: !unspeakable.includes(title),
        })),
    );
    let folder: string;
    let backend: Backend;
    let served: ServedInstance;
    let client: McpClient;

    beforeAll(async () => {
      folder = await temporaryFolder('function-mcp-passwords');
      // MariaDB's driver opens ten connections for every source that is used.
      backend = await start({ tls: await issueServerTls(folder), maxConnections: 600 });
      await backend.createDatabase('shop');
      for (const { user } of accounts) await backend.createUser({ ...user, readOnly: true });
      const { host, port } = backend;
      const spec = (credentials: string) => ({
        type,
        host,
        port,
        database: 'shop',
        connectionTimeout: 10,
        credentialsRef: { name: credentials },
      });
      const first = accounts[0]?.user;
      served = await serveInstance(
        worldOf(instance(flavour, { resourceSelector: {} }), [
          ...databases(flavour, [
            ...accounts.map(({ name }) => ({ name, type, spec: spec(name) })),
            { name: 'plaintext', type, spec: { ...spec(accounts[0]?.name ?? ''), sslMode: 'disable' } },
            { name: 'wrong', type, spec: spec('wrong') },
          ]),
          ...accounts.map(({ name, user }) => secret(name, { username: user.name, password: user.password })),
          secret('wrong', { username: first?.name ?? '', password: `not ${first?.password}` }),
        ]),
      );
      client = await served.connect();
    });

    afterAll(async () => {
      await served?.stop();
      await backend?.stop();
      if (folder) await removeFolder(folder);
    });

    test.each(accounts.filter(({ speakable }) => speakable))('$title logs in', async ({ name }) => {
      expect(rowsOf(await ask(client, name, 'SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    });

    test.each([
      ...accounts.filter(({ speakable }) => !speakable),
      { title: 'a wrong password', name: 'wrong' },
    ])('$title does not', async ({ name }) => {
      expect(await ask(client, name, 'SELECT 1 AS one')).toMatchObject({ isError: true });
    });

    test('the session is encrypted, and with sslMode disable it is not', async () => {
      const [first] = accounts;
      const rows = rowsOf(await ask(client, first?.name ?? '', encryption.sql));
      expect(rows).toEqual([expect.objectContaining({})]);
      expect(rows).not.toEqual([encryption.none]);
      expect(rowsOf(await ask(client, 'plaintext', encryption.sql))).toEqual([encryption.none]);
    });

    test('no password is in the logs or the ConfigMap', () => {
      const desired = served.reconciled.response.desired?.resources ?? {};
      const seen = [served.logs(), JSON.stringify(desired['config']), JSON.stringify(desired['deployment'])];
      const leaked = accounts.filter(({ user: { password } }) => {
        const forms = [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)];
        return password.length > 3 && forms.some((form) => seen.some((text) => text.includes(form)));
      });
      expect(leaked.map(({ title }) => title)).toEqual([]);
    });
  });
