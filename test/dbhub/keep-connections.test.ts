import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { connectMcp, type McpClient } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { type Dbhub, startDbhub } from '../../lab/servers/dbhub.ts';
import { destinationsFile } from '../../src/contract/destinations.ts';
import { preloaded } from '../../src/servers/dbhub/preloaded.ts';
import { ask, rowsOf } from '../matrix/ask.ts';
import { runtimes } from '../support/dbhub-image.ts';

/** Seconds that a Resource may take. */
const seconds = 2;
const sslModes = ['disable', 'require'] as const;
const ownId = {
  postgres: 'SELECT pg_backend_pid() AS id',
  mysql: 'SELECT CONNECTION_ID() AS id',
  mariadb: 'SELECT CONNECTION_ID() AS id',
};
/** Connections that the driver's pool opens for one client. */
const pooled = { postgres: 1, mysql: 1, mariadb: 10 };

const backends: Backend[] = [];
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-connections');
  const tls = await issueServerTls(folder);
  backends.push(
    ...(await Promise.all([startPostgres, startMysql, startMariadb].map((start) => start({ tls })))),
  );
  for (const backend of backends) {
    await backend.createDatabase('shop');
    await backend.createUser({ name: 'reader', password: 'secret', database: 'shop' });
  }
  for (const [name, text] of Object.entries(preloaded)) await writeFile(join(folder, name), text);
  const targets = backends.map(({ host, port }) => ({ host, port, addresses: 'any', seconds }));
  await writeFile(join(folder, destinationsFile), JSON.stringify({ targets }));
});

afterAll(async () => {
  for (const backend of backends) await backend.stop();
  if (folder) await removeFolder(folder);
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let dbhub: Dbhub;
  let client: McpClient;

  beforeAll(async () => {
    const sources = backends.flatMap(({ type, host, port }) =>
      sslModes.map(
        (mode) =>
          `[[sources]]\nid = "${type}-${mode}"\ndsn = "${type}://reader:secret@${host}:${port}/shop?sslmode=${mode}"\n`,
      ),
    );
    const modules = Object.keys(preloaded).map((file) => `--import=${join(folder, file)}`);
    dbhub = await startDbhub({
      toml: sources.join('\n'),
      runtime: await runtime(),
      env: { NODE_OPTIONS: modules.join(' ') },
    });
    client = await connectMcp(dbhub.url);
  });

  afterAll(async () => {
    await client?.close();
    await dbhub?.stop();
  });

  test('a connection that is used stays for longer than a Resource may take', async () => {
    const ids = new Map<string, Set<unknown>>();
    const began = performance.now();
    await until(
      'three times as long',
      async () => {
        for (const { type } of backends)
          for (const mode of sslModes) {
            const name = `${type}-${mode}`;
            const [row] = rowsOf(await ask(client, name, ownId[type])) as { id: unknown }[];
            ids.set(name, (ids.get(name) ?? new Set()).add(row?.id));
          }
        return performance.now() - began > 3000 * seconds;
      },
      { everyMs: 100 },
    );
    for (const { type } of backends)
      for (const mode of sslModes)
        expect(ids.get(`${type}-${mode}`)?.size, `${type} ${mode}`).toBe(pooled[type]);
  });
});
