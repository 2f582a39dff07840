import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, BackendOptions, ServerTls } from '../../lab/backends/backend.ts';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { login } from '../../lab/backends/login.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';

export interface Server {
  name: string;
  start: (options: BackendOptions) => Promise<Backend>;
  refusals: { password: string; write: string; plaintext: string; database: string };
}

/** What every database server of these tests does. */
export const testBackend = ({ name, start, refusals }: Server) =>
  describe(name, () => {
    const reader = { user: 'reader', password: 'r', database: 'shop' };
    const writer = { user: 'writer', password: 'w', database: 'shop' };
    const secret = { user: 'secret', password: 's', database: 'shop' };
    let folder: string;
    let tls: ServerTls;
    let backend: Backend;

    beforeAll(async () => {
      folder = await temporaryFolder('function-mcp-backends');
      tls = await issueServerTls(folder);
      backend = await start({ tls, maxConnections: 77 });
      await backend.createDatabase('shop');
      await backend.query('CREATE TABLE orders (id int)', 'shop');
      await backend.createUser({ ...reader, name: reader.user, readOnly: true });
      await backend.createUser({ ...writer, name: writer.user });
      await backend.createUser({ ...secret, name: secret.user, readOnly: true, requireTls: true });
    });

    afterAll(async () => {
      await backend?.stop();
      if (folder) await removeFolder(folder);
    });

    const refused = (code: string) => expect.objectContaining({ code });

    test('a reader reads and does not write', async () => {
      await login(backend, { ...reader, sql: 'SELECT * FROM orders' });
      const insert = login(backend, { ...reader, sql: 'INSERT INTO orders VALUES (1)' });
      await expect(insert).rejects.toEqual(refused(refusals.write));
    });

    test('a writer writes', async () => {
      await login(backend, { ...writer, sql: 'INSERT INTO orders VALUES (2)' });
      expect(await backend.query('SELECT id FROM orders', 'shop')).toEqual([{ id: 2 }]);
    });

    test('a wrong password and an unknown database are refused', async () => {
      await expect(login(backend, { ...reader, password: 'x' })).rejects.toEqual(refused(refusals.password));
      await expect(login(backend, { ...reader, database: 'nope' })).rejects.toEqual(
        refused(refusals.database),
      );
    });

    test('who needs TLS is refused without', async () => {
      await expect(login(backend, secret)).rejects.toEqual(refused(refusals.plaintext));
      await login(backend, { ...secret, tls: 'unverified' });
    });

    test('the certificate is of the given authority and no other', async () => {
      await login(backend, { ...secret, tls: { authority: tls.authority } });
      const other = await createAuthority(`${folder}/other`);
      const distrusting = login(backend, { ...secret, tls: { authority: other.certificate } });
      await expect(distrusting).rejects.toThrow(/certificate/);
    });

    test('the limit of connections is the given one', async () => {
      const sql =
        backend.type === 'postgres' ? 'SHOW max_connections' : 'SELECT @@max_connections AS max_connections';
      expect(Number((await backend.query(sql))[0]?.['max_connections'])).toBe(77);
    });

    test('nothing is left after stop, not even the second time', async () => {
      await using short = await start({});
      expect(existsSync(short.folder)).toBe(true);
      await short.stop();
      await short.stop();
      expect(existsSync(short.folder)).toBe(false);
      await expect(dial(short.port)).rejects.toThrow(/ECONNREFUSED/);
    });
  });

function dial(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.end(resolve)).once('error', reject);
  });
}
