import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { must } from '../process/run.ts';
import { freePort, startServer, temporaryFolder } from '../process/server-process.ts';
import { cached } from '../sources/cache.ts';
import { unpackDebianPackages } from '../sources/debian.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { asRoot, serve, tlsOptions, writeInitFile } from './mysql-family.ts';

const PACKAGES = ['mariadb-server', 'mariadb-server-core', 'mariadb-client-core', 'mariadb-common'].concat(
  'libmariadb3',
  'libaio1',
  'liburing2',
);

/**
 * A real MariaDB (10.11 on Debian 12) from unpacked Debian packages. The first use takes about 12 s, a start about 1 s.
 */
export async function startMariadb({
  tls,
  maxConnections,
  args = [],
}: BackendOptions = {}): Promise<Backend> {
  const root = await mariadbBinaries();
  const folder = await temporaryFolder('function-mcp-mariadb');
  const superuser = { user: 'admin', password: randomBytes(12).toString('hex') };
  await writeInitFile(join(folder, 'init.sql'), superuser, 'BY');

  const data = join(folder, 'data');
  const base = join(root, 'usr');
  const options = {
    env: { LD_LIBRARY_PATH: join(base, 'lib/x86_64-linux-gnu'), PATH: process.env['PATH'], TMPDIR: folder },
    cwd: folder,
  };
  const common = ['--no-defaults', `--basedir=${base}`, `--datadir=${data}`, ...asRoot()];
  await must(
    join(base, 'bin/mariadb-install-db'),
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
    options,
  );

  const port = await freePort();
  const server = startServer({
    ...options,
    command: join(base, 'sbin/mariadbd'),
    stopSignal: 'KILL',
    args: common.concat(
      [
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--socket=${join(folder, 'socket')}`,
        `--init-file=${join(folder, 'init.sql')}`,
      ],
      [`--pid-file=${join(folder, 'pid')}`, '--character-set-server=utf8mb4', '--innodb-flush-method=nosync'],
      await tlsOptions(tls, folder),
      maxConnections ? [`--max-connections=${maxConnections}`] : [],
      args,
    ),
  });
  return serve({
    type: 'mariadb',
    port,
    superuser,
    server,
    folder,
    identified: (plugin) => {
      if (plugin !== 'mysql_native_password') throw new Error(`MariaDB has no ${plugin}`);
      return 'BY';
    },
  });
}

/** Folder with the unpacked `usr`, installed on first use. */
export async function mariadbBinaries(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `the tests install MariaDB from Debian for x64, which is not available for ${process.platform} on ${process.arch}`,
    );
  }
  return cached('mariadb-debian', (folder) => unpackDebianPackages(PACKAGES, folder));
}
