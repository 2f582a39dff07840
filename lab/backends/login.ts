import { readFile } from 'node:fs/promises';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import type { Backend } from './backend.ts';

export interface Login {
  user: string;
  password: string;
  database: string;
  /** Default: none. With the PEM file of an authority, the certificate is verified for `localhost`. */
  tls?: 'none' | 'unverified' | { authority: string };
  sql?: string;
}

/**
 * Logs in with the usual driver of the type, runs `sql` (default: `SELECT 1`), and disconnects. Throws the driver's
 * error.
 */
export async function login({ type, port }: Backend, login: Login): Promise<void> {
  const { user, password, database, tls = 'none', sql = 'SELECT 1' } = login;
  const options = { host: 'localhost', port, user, password, database };
  if (type === 'postgres') {
    const client = new pg.Client({ ...options, ssl: (await secure(tls)) ?? false });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
    return;
  }
  const ssl = await secure(tls);
  const connection = await createConnection({ ...options, ...(ssl && { ssl }) });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

async function secure(
  tls: NonNullable<Login['tls']>,
): Promise<{ rejectUnauthorized: boolean; ca?: string } | undefined> {
  if (tls === 'none') return undefined;
  if (tls === 'unverified') return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, ca: await readFile(tls.authority, 'utf8') };
}
