import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dbhub, startDbhub } from '../support/dbhub.ts';
import { connectMcp, type McpClient } from '../support/mcp.ts';
import { removeFolder, temporaryFolder } from '../support/server-process.ts';
import type { Backend, BackendOptions, BackendUser } from './backend.ts';
import { HOSTILE_PASSWORDS } from './hostile-passwords.ts';
import { login } from './login.ts';
import { startMariadb } from './mariadb.ts';
import { startMysql } from './mysql.ts';
import { startPostgres } from './postgres.ts';
import { issueServerTls } from './server-tls.ts';

interface Server {
  name: string;
  start: (options: BackendOptions) => Promise<Backend>;
  plugin?: NonNullable<BackendUser['plugin']>;
  /** Longest password in bytes that the server stores. */
  limit?: number;
  /** Titles of passwords that the server takes and its driver, in us as in DBHub, cannot send. */
  unspeakable?: string[];
}

const SERVERS: Server[] = [
  // SASLprep changes joined emoji for the driver, and not for the server, which gives up at the emoji themselves.
  { name: 'PostgreSQL', start: startPostgres, unspeakable: ['joined emoji'] },
  { name: 'MySQL, native', start: startMysql },
  { name: 'MySQL, caching_sha2', start: startMysql, plugin: 'caching_sha2_password', limit: 256 },
  { name: 'MariaDB', start: startMariadb },
];

/** The source of the configuration that DBHub is given; here by hand. */
const dsnFor = ({ type, port }: Backend, { name, password, database }: BackendUser) =>
  `${type}://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}?sslmode=require`;

describe.each(SERVERS)('$name', ({ start, plugin, limit = Number.POSITIVE_INFINITY, unspeakable = [] }) => {
  const cases = Object.entries(HOSTILE_PASSWORDS)
    .filter(([, password]) => Buffer.byteLength(password) <= limit)
    .map(([title, password], index) => ({
      title,
      id: `source_${index}`,
      account: {
        name: `u%40@${index}`,
        password,
        database: 'shop',
        readOnly: true,
        ...(plugin && { plugin }),
      },
    }));
  const speakable = cases.filter(({ title }) => !unspeakable.includes(title));
  const wrong = {
    title: 'a wrong password',
    id: 'wrong',
    account: { name: 'u%40@0', password: 'another', database: 'shop' },
  };
  const refused = [wrong, ...cases.filter(({ title }) => unspeakable.includes(title))];
  let folder: string;
  let backend: Backend;
  let dbhub: Dbhub;
  let client: McpClient;

  beforeAll(async () => {
    folder = await temporaryFolder('function-mcp-passwords');
    // MariaDB's driver opens ten connections for every source that is used.
    backend = await start({ tls: await issueServerTls(folder), maxConnections: 600 });
    await backend.createDatabase('shop');
    for (const { account } of cases) await backend.createUser(account);
    const toml = [...cases, wrong].map(({ id, account }) => source(id, dsnFor(backend, account))).join('');
    dbhub = await startDbhub({ toml });
    client = await connectMcp(dbhub.url);
  });

  afterAll(async () => {
    await client?.close();
    await dbhub?.stop();
    await backend?.stop();
    if (folder) await removeFolder(folder);
  });

  test.each(speakable)('$title logs in, directly and through DBHub', async ({ id, account }) => {
    await login(backend, { ...account, user: account.name, tls: 'unverified' });
    expect(await client.callTool(`execute_sql_${id}`, { sql: 'SELECT 1 AS one' })).toMatchObject({
      isError: false,
      content: { data: { statements: [{ rows: [{ one: 1 }], count: 1 }] } },
    });
  });

  test.each(refused)('$title does not', async ({ id, account }) => {
    await expect(login(backend, { ...account, user: account.name, tls: 'unverified' })).rejects.toThrow();
    expect(await client.callTool(`execute_sql_${id}`, { sql: 'SELECT 1 AS one' })).toMatchObject({
      isError: true,
    });
  });

  test('no password is in the logs', () => {
    const logs = dbhub.logs();
    const seen = cases.filter(({ account }) => {
      const { password } = account;
      return (
        password.length > 3 && [password, encodeURIComponent(password)].some((text) => logs.includes(text))
      );
    });
    expect(seen).toEqual([]);
  });
});

function source(id: string, dsn: string): string {
  return `[[sources]]
id = "${id}"
dsn = "${dsn}"
lazy = true
connection_timeout = 10
query_timeout = 10
[[tools]]
name = "execute_sql"
source = "${id}"
readonly = true
max_rows = 5
`;
}
