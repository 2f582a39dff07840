import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startPostgres } from '../../../lab/backends/postgres.ts';
import { relay, startPeer } from './peers.ts';
import { account, nameCanary, probe, probing } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import { testCertificates } from './tls-matrix.ts';

expectQuiet();
testCertificates(startPostgres);

let server: Backend;
let check: ReturnType<typeof probing>;

beforeAll(async () => {
  server = await startPostgres({ maxConnections: 10 });
  check = probing(server);
  for (const name of ['shop', 'closed', 'slow']) await server.createDatabase(name);
  await server.createUser(account('reader', { readOnly: true }));
  await server.createUser(account('writer'));
});

afterAll(async () => {
  await server?.stop();
});

test('good', async () => {
  const report = await check();
  expect(report.reason).toBe('Connected');
  expect(Object.keys(report.rungs)).toEqual(['dns', 'tcp', 'auth', 'query']);
});

test.each([
  ['wrong password', { password: 'wrong' }, 'AuthFailed'],
  ['no password', { password: '' }, 'AuthFailed'],
  ['unknown user', { user: 'nobody' }, 'AuthFailed'],
  ['unknown database', { database: 'nowhere' }, 'DatabaseNotFound'],
  ['TLS that the server has not', { tls: 'require' }, 'TLSNotOffered'],
  ['TLS to be verified that the server has not', { tls: 'verify-full' }, 'TLSNotOffered'],
  ['a user that can write, where it may', { user: 'writer', readOnly: false }, 'Connected'],
  ['a user that can write, where it may not', { user: 'writer' }, 'NotReadOnly'],
] as const)('%s', async (_title, overrides, reason) => {
  expect((await check(overrides)).reason).toBe(reason);
});

test('a database that the user may not connect to', async () => {
  await server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  expect((await check({ database: 'closed' })).reason).toBe('PermissionDenied');
});

test('a user that may not log in', async () => {
  await server.query(`CREATE ROLE "${nameCanary}-nologin" PASSWORD 'x'`);
  expect((await check({ user: 'nologin', password: 'x' })).reason).toBe('AuthFailed');
});

test('too many connections: of the user, of the database, and of the server', async () => {
  await server.query(`ALTER ROLE "${nameCanary}-reader" CONNECTION LIMIT 0`);
  expect((await check()).reason).toBe('UserLimit');
  expect((await check({ password: 'wrong' })).reason).toBe('AuthFailed');
  await server.query(`ALTER ROLE "${nameCanary}-reader" CONNECTION LIMIT -1`);
  await server.query('ALTER DATABASE shop CONNECTION LIMIT 0');
  expect((await check()).reason).toBe('UserLimit');
  await server.query('ALTER DATABASE shop CONNECTION LIMIT -1');

  const { host, port, superuser } = server;
  const held = Array.from({ length: 9 }, () => new pg.Client({ host, port, database: 'shop', ...superuser }));
  try {
    await Promise.all(held.map((client) => client.connect()));
    expect((await check()).reason).toBe('TooManyConnections');
  } finally {
    await Promise.all(held.map((client) => client.end()));
  }
  // The server notices that clients are gone a moment later.
  await vi.waitFor(async () => expect((await check()).reason).toBe('Connected'), { timeout: 5000 });
});

test('access rules that let nobody in', async () => {
  const [hba] = await server.query(
    "SELECT current_setting('hba_file') AS path, pg_read_file('pg_hba.conf') AS text",
  );
  const rule = `host all ${nameCanary}-writer all reject`;
  await server.query(`COPY (SELECT unnest(string_to_array(${pg.escapeLiteral(`${rule}\n${String(hba?.['text'])}`)}, E'\\n')))
    TO ${pg.escapeLiteral(String(hba?.['path']))}`);
  await server.query('SELECT pg_reload_conf()');
  await vi.waitFor(async () => expect((await check({ user: 'writer' })).reason).toBe('NotAllowed'), 5000);
  expect((await check()).reason).toBe('Connected');
});

test('one connection, and none that stays', async () => {
  await using line = await startPeer(relay(server.port));
  const report = await probe({ port: line.port });
  expect(report.reason).toBe('Connected');
  expect(line.accepted()).toBe(1);
  await line.idle();
  const ours = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'function-mcp-probe'";
  await vi.waitFor(async () => expect(await server.query(ours)).toEqual([]), 5000);
});

test('it says goodbye, so that the server logs no lost client', async () => {
  await using line = await startPeer((socket) => {
    relay(server.port)(socket);
    socket.on('data', (chunk) => said.push(chunk));
  });
  const said: Buffer[] = [];
  await probe({ port: line.port });
  await line.idle();
  // Terminate: https://www.postgresql.org/docs/current/protocol-message-formats.html
  expect(said.at(-1)).toEqual(Buffer.from('X\0\0\0\x04', 'latin1'));
});

const isQuery = (sent: Buffer) => sent[0] === 'Q'.charCodeAt(0);

test.each([
  ['a slow answer', 600, 'SlowAnswer'],
  ['an answer that takes too long', 1500, 'Timeout'],
])('%s, over a line that is slow', async (_title, delay, reason) => {
  await using line = await startPeer(relay(server.port, delay, isQuery));
  const report = await probe({ port: line.port, timeouts: { connect: 5, query: 1 } });
  expect(report.reason).toBe(reason);
  expect(Object.keys(report.rungs)).toEqual(['dns', 'tcp', 'auth', 'query']);
});

test('a server that ends the session while it logs in, and one that shuts down', async () => {
  // A session of this database does not begin for as long as its log-in trigger runs.
  await server.query(
    `CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); END';
     CREATE EVENT TRIGGER slow ON login EXECUTE FUNCTION wait()`,
    'slow',
  );
  const sessions = `SELECT pid FROM pg_stat_activity WHERE usename = '${nameCanary}-reader' AND datname = 'slow'`;
  const entered = () => vi.waitFor(async () => expect(await server.query(sessions)).toHaveLength(1), 5000);
  const ended = check({ database: 'slow', timeouts: { connect: 30, query: 5 } });
  await entered();
  await server.query(`SELECT pg_terminate_backend(pid) FROM (${sessions}) AS found`);
  expect((await ended).reason).toBe('ServerStarting');

  const holding = check({ database: 'slow', timeouts: { connect: 30, query: 5 } });
  await entered();
  const [file] = await server.query("SELECT pg_read_file('postmaster.pid') AS text");
  const pid = Number.parseInt(String(file?.['text']), 10);
  // With SIGTERM it waits for sessions to end, and lets no more in; with SIGINT it ends them.
  process.kill(pid, 'SIGTERM');
  await vi.waitFor(async () => expect((await check()).reason).toBe('ServerStarting'), 5000);
  process.kill(pid, 'SIGINT');
  expect((await holding).reason).toBe('ServerStarting');
  await server.stop();
  expect((await check()).reason).toBe('ConnectionRefused');
});
