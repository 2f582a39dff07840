import { once } from 'node:events';
import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startMariadb } from '../../../lab/backends/mariadb.ts';
import { startMysql } from '../../../lab/backends/mysql.ts';
import { relay, startPeer } from './peers.ts';
import { account, canary, nameCanary, probe, probing } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import { testCertificates } from './tls-matrix.ts';

expectQuiet();

const reader = `'${nameCanary}-reader'@'%'`;

describe.each([
  ['MySQL', startMysql],
  ['MariaDB', startMariadb],
])('%s', (name, start) => {
  testCertificates(start);

  let server: Backend;
  let check: ReturnType<typeof probing>;

  beforeAll(async () => {
    server = await start({ maxConnections: 10 });
    check = probing(server);
    await server.createDatabase('shop');
    await server.createUser(account('reader', { readOnly: true }));
    await server.createUser(account('writer'));
    await server.query(`GRANT SELECT ON *.* TO '${nameCanary}-writer'@'%'`);
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
    [
      'unknown database, to a user that could see it',
      { user: 'writer', database: 'nowhere' },
      'DatabaseNotFound',
    ],
    ['unknown database, to a user that could not', { database: 'nowhere' }, 'PermissionDenied'],
    ['a database that the user may not use', { database: 'mysql' }, 'PermissionDenied'],
    ['a user that can write, where it may', { user: 'writer', readOnly: false }, 'Connected'],
    ['a user that can write, where it may not', { user: 'writer' }, 'NotReadOnly'],
  ] as const)('%s', async (_title, overrides, reason) => {
    expect((await check(overrides)).reason).toBe(reason);
  });

  test('an account that is locked, and one whose password has expired', async () => {
    await server.query(`ALTER USER ${reader} ACCOUNT LOCK`);
    expect((await check()).reason).toBe('AuthFailed');
    await server.query(`ALTER USER ${reader} ACCOUNT UNLOCK PASSWORD EXPIRE`);
    expect((await check()).reason).toBe('AuthFailed');
    await server.query(
      `ALTER USER ${reader} PASSWORD EXPIRE NEVER; SET PASSWORD FOR ${reader} = ${password(name)}`,
    );
    expect((await check()).reason).toBe('Connected');
  });

  test('too many connections: of the user, and of the server', async () => {
    const { host, port } = server;
    const open = (user: string) =>
      createConnection({ host, port, user: `${nameCanary}-${user}`, password: canary, database: 'shop' });
    await server.query(`ALTER USER ${reader} WITH MAX_USER_CONNECTIONS 1`);
    const other = await open('reader');
    expect((await check()).reason).toBe('UserLimit');
    expect((await check({ password: 'wrong' })).reason).toBe('AuthFailed');
    await other.end();
    await server.query(`ALTER USER ${reader} WITH MAX_USER_CONNECTIONS 0`);

    const held: Awaited<ReturnType<typeof open>>[] = [];
    for (let i = 0; i < 10; i += 1) held.push(await vi.waitFor(() => open('writer'), 5000));
    expect((await check()).reason).toBe('TooManyConnections');
    await Promise.all(held.map((connection) => connection.end()));
    // The server notices that clients are gone a moment later.
    await vi.waitFor(async () => expect((await check()).reason).toBe('Connected'), 5000);
  });

  test('one connection, closed with a goodbye', async () => {
    const said: Buffer[] = [];
    await using line = await startPeer((socket) => {
      relay(server.port)(socket);
      socket.on('data', (chunk) => said.push(chunk));
    });
    expect((await probe({ driver: 'mysql', port: line.port })).reason).toBe('Connected');
    expect(line.accepted()).toBe(1);
    await line.idle();
    // COM_QUIT: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_quit.html
    expect(said.at(-1)).toEqual(Buffer.from([1, 0, 0, 0, 1]));
    const ours = `SELECT id FROM information_schema.processlist WHERE user LIKE '${nameCanary}%'`;
    await vi.waitFor(async () => expect(await server.query(ours)).toEqual([]), 5000);
  });

  test('a server that is slow to answer, and one that is too slow', async () => {
    try {
      await server.query("SET GLOBAL init_connect = 'DO SLEEP(0.6)'");
      const slow = await check({ timeouts: { connect: 5, query: 1 } });
      expect(slow.reason).toBe('SlowAnswer');
      expect(slow.rungs.query).toBeGreaterThanOrEqual(600);
      expect((await check({ timeouts: { connect: 5, query: 0.3 } })).reason).toBe('Timeout');
    } finally {
      await server.query("SET GLOBAL init_connect = ''");
    }
  });

  test('a server that lets nobody in without TLS', async () => {
    const { host, port, superuser } = server;
    const admin = await createConnection({ host, port, ...superuser });
    try {
      await admin.query('SET GLOBAL require_secure_transport = ON');
      // This MariaDB has no certificate: nobody gets in at all, and it does not say that it is about TLS.
      expect((await check()).reason).toBe(name === 'MySQL' ? 'TLSRequired' : 'AuthFailed');
    } finally {
      await admin.query('SET GLOBAL require_secure_transport = OFF');
      await admin.end();
    }
  });

  test('a server that has had enough of a host', async () => {
    // Servers never block 127.0.0.1.
    await using line = await startPeer(relay(server.port, 0, undefined, '127.0.0.2'));
    const through = () => probe({ driver: 'mysql', port: line.port, timeouts: { connect: 30, query: 5 } });
    expect((await through()).reason).toBe('Connected');
    await server.query('SET GLOBAL max_connect_errors = 1');
    await vi.waitFor(async () => {
      const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      await once(socket, 'data');
      socket.destroy();
      expect((await through()).reason).toBe('HostBlocked');
    }, 10_000);
  });

  test('a server that shuts down', async () => {
    await server.query("SET GLOBAL init_connect = 'DO SLEEP(60)'");
    const asked = Promise.withResolvers<boolean>();
    const isQuery = (sent: Buffer) => {
      // COM_QUERY, the fifth byte
      if (sent[4] === 3) asked.resolve(true);
      return false;
    };
    await using line = await startPeer(relay(server.port, 0, isQuery));
    const waiting = probe({ driver: 'mysql', port: line.port, timeouts: { connect: 5, query: 60 } });
    await asked.promise;
    await server.query('SHUTDOWN');
    // Neither server says why, at whatever point of a session.
    expect((await waiting).reason).toBe('ConnectionReset');
    await vi.waitFor(async () => expect((await check()).reason).toBe('ConnectionRefused'), 10_000);
  });
});

const password = (name: string): string =>
  name === 'MySQL' ? `'${canary.replaceAll("'", "''")}'` : `PASSWORD('${canary.replaceAll("'", "''")}')`;
