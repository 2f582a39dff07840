import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { type Pgbouncer, startPgbouncer } from '../../lab/backends/pgbouncer.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { type Beside, canary, reader, serveBeside } from './beside.ts';
import { compare, type Expected } from './compared.ts';

const poolers: Pgbouncer[] = [];
const expected: Expected[] = [];
let postgres: Backend;

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createDatabase('shop');
  await postgres.createUser(reader);
  const user = { user: reader.name, password: canary };
  const strict = await startPgbouncer(postgres, user);
  const lenient = await startPgbouncer(postgres, {
    ...user,
    settings: { ignore_startup_parameters: 'statement_timeout' },
  });
  poolers.push(strict, lenient);
  const type = 'postgres';
  const pooler = { spec: { pooler: true } };
  expected.push(
    {
      name: 'strict',
      type,
      port: strict.port,
      reason: 'UnsupportedParameter',
      says: 'is statement_timeout.',
    },
    { name: 'strict-pooler', type, port: strict.port, ...pooler, reason: 'Connected' },
    { name: 'lenient', type, port: lenient.port, reason: 'Connected' },
    { name: 'lenient-pooler', type, port: lenient.port, ...pooler, reason: 'Connected' },
    { name: 'direct-pooler', type, port: postgres.port, ...pooler, reason: 'Connected' },
    {
      name: 'strict-wrong',
      type,
      port: strict.port,
      ...pooler,
      password: 'wrong',
      reason: 'AuthFailed',
    },
    { name: 'lenient-wrong', type, port: lenient.port, password: 'wrong', reason: 'AuthFailed' },
  );
});

afterAll(async () => {
  for (const pooler of poolers) await pooler[Symbol.asyncDispose]();
  await postgres?.stop();
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    beside = await serveBeside(postgres, expected, { runtime: await runtime() });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('through PgBouncer, the probe reports a usable Database exactly where a call returns rows', async () => {
    await compare(beside, expected);
  }, 120_000);

  test.each(['strict-pooler'])(
    'a query without an end through %s ends, and the next one returns rows',
    async (name) => {
      const { isError } = await beside.ask(name, 'SELECT pg_sleep(60)');
      expect(isError).toBe(true);
      await compare(
        beside,
        expected.filter((each) => each.name === name),
      );
    },
    120_000,
  );

  test('the limit of a role holds through a pooler', async () => {
    await postgres.query(`ALTER ROLE ${reader.name} SET statement_timeout = '500ms'`);
    // of the sessions that the pooler already has
    await postgres.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${reader.name}'`,
    );
    const { content } = await beside.ask('strict-pooler', 'SELECT pg_sleep(60)');
    expect(JSON.stringify(content)).toContain('statement timeout');
    await postgres.query(`ALTER ROLE ${reader.name} RESET statement_timeout`);
  });
});
