import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { until } from '../../lab/process/wait.ts';
import { rowsOf } from '../matrix/ask.ts';
import { type Peer, startPeer } from '../probe/drivers/peers.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { type Beside, canary, type Other, reader, serveBeside } from './beside.ts';

/** Codes of PostgreSQL's Authentication messages that the driver cannot answer, and some that nobody knows. */
const logins: Readonly<Record<string, number>> = {
  'kerberos-4': 1,
  'kerberos-5': 2,
  crypt: 4,
  scm: 6,
  gss: 7,
  'gss-continue': 8,
  sspi: 9,
  'sasl-final': 12,
  unknown: 99,
};

const asking = (code: number) => (socket: Socket) => {
  const message = Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1');
  message.writeUInt32BE(code, 5);
  socket.once('data', () => socket.write(message));
};

const backends: Partial<Record<'postgres' | 'mysql' | 'mariadb', Backend>> = {};
const peers: Peer[] = [];
const others: Other[] = [];

beforeAll(async () => {
  const [postgres, mysql, mariadb] = await Promise.all([startPostgres(), startMysql(), startMariadb()]);
  Object.assign(backends, { postgres, mysql, mariadb });
  for (const backend of [postgres, mysql, mariadb]) {
    await backend.createDatabase('shop');
    await backend.createUser(reader);
    for (const type of ['postgres', 'mysql', 'mariadb', 'sqlserver', 'oracle'] as const)
      others.push({ name: `${type}-at-${backend.type}`, type, port: backend.port });
  }
  for (const [name, code] of Object.entries(logins)) {
    const peer = await startPeer(asking(code));
    peers.push(peer);
    others.push({ name: `asks-${name}`, type: 'postgres', port: peer.port });
  }
});

afterAll(async () => {
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  await Promise.all(Object.values(backends).map((backend) => backend.stop()));
});

const same = new Set(['postgres-at-postgres', 'mysql-at-mysql', 'mariadb-at-mariadb', 'mysql-at-mariadb']);

describe.each(runtimes)('with %s', (_name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    if (!backends.postgres) throw new Error('there is no PostgreSQL');
    beside = await serveBeside(backends.postgres, others, { runtime: await runtime() });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('every Database that is not what it says answers with an error, twice, and the good one keeps answering', async () => {
    const answers = await Promise.all(
      others.map(async ({ name }) => {
        const first = await beside.ask(name);
        return [name, first, await beside.ask(name)] as const;
      }),
    );
    await beside.stillGood();
    for (const [name, ...twice] of answers)
      for (const answer of twice)
        expect(answer.isError, `${name}: ${JSON.stringify(answer.content)}`).toBe(!same.has(name));
    expect(beside.served.logs()).not.toContain(canary);
  }, 120_000);

  test('a PostgreSQL backend that is terminated in mid-query fails that call alone', async () => {
    const { postgres } = backends;
    const victim = beside.ask('postgres-at-postgres', 'SELECT pg_sleep(30)');
    const pid = await until('the query', async () => {
      const rows = await postgres?.query(
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
      );
      return rows?.[0]?.['pid'];
    });
    await postgres?.query(`SELECT pg_terminate_backend(${Number(pid)})`);
    expect((await victim).isError).toBe(true);
    await beside.stillGood();
    expect(rowsOf(await beside.ask('postgres-at-postgres'))).toEqual([{ one: 1 }]);
  });
});
