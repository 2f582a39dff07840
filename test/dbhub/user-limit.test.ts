import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { until } from '../../lab/process/wait.ts';
import { rowsOf } from '../matrix/ask.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { type Beside, canary, reader, serveBeside } from './beside.ts';
import { compare, type Expected } from './compared.ts';

/** Connections that DBHub takes and keeps for one client. */
const needed = { postgres: 1, mysql: 1, mariadb: 10 };

const backends: Backend[] = [];
const expected: Expected[] = [];

/** A user whose limit is reached as soon as DBHub has its connections. */
const createLimited = async (backend: Backend): Promise<void> => {
  const { type } = backend;
  await backend.createUser({ ...reader, name: 'limited' });
  await backend.query(
    type === 'postgres'
      ? `ALTER ROLE limited CONNECTION LIMIT ${needed[type]}`
      : `ALTER USER 'limited'@'%' WITH MAX_USER_CONNECTIONS ${needed[type]}`,
  );
};

beforeAll(async () => {
  backends.push(...(await Promise.all([startPostgres(), startMysql(), startMariadb()])));
  for (const backend of backends) {
    const { type, port } = backend;
    await backend.createDatabase('shop');
    await backend.createUser(reader);
    await createLimited(backend);
    expected.push({ name: `limited-${type}`, type, port, user: 'limited', reason: 'UserLimit' });
  }
});

afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.stop()));
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    const [postgres] = backends;
    if (!postgres) throw new Error('there is no PostgreSQL');
    beside = await serveBeside(postgres, expected, { runtime: await runtime() });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('the probe is not Failed if DBHub has taken all connections of a user, and calls return rows', async () => {
    const first = await Promise.all(expected.map(({ name }) => beside.ask(name)));
    expect(first.map(rowsOf)).toEqual(expected.map(() => [{ one: 1 }]));
    for (const backend of backends)
      await until(`all connections to ${backend.type}`, async () => {
        const [row] = await backend.query(
          backend.type === 'postgres'
            ? "SELECT count(*)::int AS open FROM pg_stat_activity WHERE usename = 'limited'"
            : "SELECT count(*) AS open FROM information_schema.processlist WHERE user = 'limited'",
        );
        return row?.['open'] === needed[backend.type];
      });
    await compare(beside, expected);
    expect(beside.served.logs()).not.toContain(canary);
  });
});
