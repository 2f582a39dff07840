import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, createConnection, escapeId, escape as quote } from 'mysql2/promise';
import { copyPrivate, removeFolder, type ServerProcess } from '../process/server-process.ts';
import type { Backend, ServerTls } from './backend.ts';

export interface Account {
  user: string;
  password: string;
}

/** The servers refuse to run as root unless told to. */
export function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** An init file that creates the superuser for any host, because the server may or may not resolve names. */
export async function writeInitFile(
  path: string,
  { user, password }: Account,
  plugin: string,
): Promise<void> {
  const account = `${quote(user)}@'%'`;
  await writeFile(
    path,
    `CREATE USER ${account} IDENTIFIED ${plugin} ${quote(password)};\nGRANT ALL ON *.* TO ${account} WITH GRANT OPTION;\n`,
  );
}

/** Command line options for TLS, with the files in the server's folder. */
export async function tlsOptions(tls: ServerTls | undefined, folder: string): Promise<string[]> {
  if (!tls) return [];
  return [
    `--ssl-ca=${await copyPrivate(tls.authority, join(folder, 'ca.crt'))}`,
    `--ssl-cert=${await copyPrivate(tls.certificate, join(folder, 'server.crt'))}`,
    `--ssl-key=${await copyPrivate(tls.key, join(folder, 'server.key'))}`,
  ];
}

export interface Running {
  type: 'mysql' | 'mariadb';
  port: number;
  superuser: Account;
  server: ServerProcess;
  folder: string;
  /** The text between `IDENTIFIED` and the password. */
  identified: (plugin: string) => string;
}

/** The common part of MySQL and MariaDB: waits for the server and connects to it. */
export async function serve({
  type,
  port,
  superuser,
  server,
  folder,
  identified,
}: Running): Promise<Backend> {
  const host = '127.0.0.1';
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  const connect = (database?: string): Promise<Connection> =>
    createConnection({ host, port, ...superuser, ...(database && { database }), multipleStatements: true });
  const query = async (sql: string, database?: string) => {
    const connection = await connect(database);
    try {
      const [rows] = await connection.query(sql);
      const last = Array.isArray(rows) && Array.isArray(rows.at(-1)) ? rows.at(-1) : rows;
      return (Array.isArray(last) ? last : []) as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  };
  const answers = () =>
    query('SELECT 1').then(
      () => true,
      () => false,
    );
  try {
    await server.until(answers, 60);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    type,
    host,
    port,
    folder,
    superuser,
    query,
    stop,
    [Symbol.asyncDispose]: stop,
    async createDatabase(name) {
      await query(`CREATE DATABASE ${escapeId(name, true)} CHARACTER SET utf8mb4`);
    },
    async createUser({ name, password, database, readOnly, requireTls, plugin = 'mysql_native_password' }) {
      const account = `${quote(name)}@'%'`;
      await query(
        `CREATE USER ${account} IDENTIFIED ${identified(plugin)} ${quote(password)}${requireTls ? ' REQUIRE SSL' : ''};
         GRANT ${readOnly ? 'SELECT' : 'ALL'} ON ${escapeId(database, true)}.* TO ${account}`,
      );
    },
  };
}
