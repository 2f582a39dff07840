import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import {
  freePort,
  removeFolder,
  startServer,
  temporaryFolder,
  unprivileged,
} from '../process/server-process.ts';
import { cached } from '../sources/cache.ts';
import { unpackDebianPackages } from '../sources/debian.ts';
import type { Backend } from './backend.ts';

export interface PgbouncerOptions {
  user: string;
  password: string;
  /** Lines of `pgbouncer.ini` beyond its defaults and transaction mode. https://www.pgbouncer.org/config.html */
  settings?: Readonly<Record<string, string>>;
}

export interface Pgbouncer extends AsyncDisposable {
  host: string;
  port: number;
}

/** A real PgBouncer in transaction mode (1.18 on Debian 12) in front of a PostgreSQL, for one of its users. */
export async function startPgbouncer(
  { host, port: databasePort }: Pick<Backend, 'host' | 'port'>,
  { user, password, settings = {} }: PgbouncerOptions,
): Promise<Pgbouncer> {
  const identity = unprivileged();
  const folder = await temporaryFolder('function-mcp-pgbouncer', identity);
  // A copy of 1 MB, because the user that runs it may not read the cache.
  const root = join(folder, 'program');
  await cp(await binaries(), root, { recursive: true, verbatimSymlinks: true });
  const port = await freePort();
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await writeFile(join(folder, 'users'), `${quoted(user)} ${quoted(password)}\n`);
  const lines = Object.entries({
    listen_addr: host,
    listen_port: `${port}`,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users'),
    pool_mode: 'transaction',
    ...settings,
  }).map(([name, value]) => `${name} = ${value}\n`);
  const databases = `[databases]\n* = host=${host} port=${databasePort}\n`;
  await writeFile(join(folder, 'pgbouncer.ini'), `${databases}[pgbouncer]\n${lines.join('')}`);
  const server = startServer({
    command: join(root, 'usr/sbin/pgbouncer'),
    args: [join(folder, 'pgbouncer.ini')],
    env: { LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') },
    stopSignal: 'KILL',
    ...identity,
  });
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  try {
    await server.until(() => answers({ host, port, user, password, database: 'postgres' }), 30);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, port, [Symbol.asyncDispose]: stop };
}

async function answers(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function binaries(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `the tests install PgBouncer from Debian for x64, which is not available for ${process.platform} on ${process.arch}`,
    );
  }
  return cached('pgbouncer-debian', (folder) =>
    unpackDebianPackages(['pgbouncer', 'libc-ares2', 'libevent-2.1-7'], folder),
  );
}
