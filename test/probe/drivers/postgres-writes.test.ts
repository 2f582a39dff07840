import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startPostgres } from '../../../lab/backends/postgres.ts';
import { account, nameCanary, probing } from './probed.ts';
import { expectQuiet } from './quiet.ts';

expectQuiet();

let server: Backend;
let check: ReturnType<typeof probing>;
const reader = `"${nameCanary}-reader"`;

beforeAll(async () => {
  server = await startPostgres();
  check = probing(server);
  await server.createDatabase('shop');
  await server.createUser(account('reader', { readOnly: true }));
  await server.query(
    `CREATE TABLE goods (id int, price int); CREATE VIEW cheap AS SELECT * FROM goods WHERE price < 10;
     CREATE SEQUENCE numbers; CREATE SCHEMA apart; CREATE TABLE apart.goods (id int);
     CREATE TABLE parts (id int) PARTITION BY RANGE (id);
     CREATE ROLE clerk; CREATE ROLE head; GRANT clerk TO head; GRANT INSERT ON goods TO clerk`,
    'shop',
  );
});

afterAll(async () => {
  await server?.stop();
});

const reads = [
  ['the right to select', 'GRANT SELECT ON goods TO $user', 'REVOKE SELECT ON goods FROM $user'],
  [
    'the sight of a sequence',
    'GRANT SELECT ON SEQUENCE numbers TO $user',
    'REVOKE ALL ON SEQUENCE numbers FROM $user',
  ],
  ['temporary tables', 'GRANT TEMP ON DATABASE shop TO $user', 'REVOKE TEMP ON DATABASE shop FROM $user'],
  ['reading everything', 'GRANT pg_read_all_data TO $user', 'REVOKE pg_read_all_data FROM $user'],
  [
    'rights in a schema that it cannot reach',
    'GRANT INSERT ON apart.goods TO $user',
    'REVOKE ALL ON apart.goods FROM $user',
  ],
] as const;

const writes = [
  ['insert', 'GRANT INSERT ON goods TO $user', 'REVOKE INSERT ON goods FROM $user'],
  ['update', 'GRANT UPDATE ON goods TO $user', 'REVOKE UPDATE ON goods FROM $user'],
  ['delete', 'GRANT DELETE ON goods TO $user', 'REVOKE DELETE ON goods FROM $user'],
  ['truncate', 'GRANT TRUNCATE ON goods TO $user', 'REVOKE TRUNCATE ON goods FROM $user'],
  [
    'update of one column',
    'GRANT UPDATE (price) ON goods TO $user',
    'REVOKE UPDATE (price) ON goods FROM $user',
  ],
  ['insert through a view', 'GRANT INSERT ON cheap TO $user', 'REVOKE INSERT ON cheap FROM $user'],
  ['insert into a partitioned table', 'GRANT INSERT ON parts TO $user', 'REVOKE INSERT ON parts FROM $user'],
  ['for everybody', 'GRANT INSERT ON goods TO PUBLIC', 'REVOKE INSERT ON goods FROM PUBLIC'],
  [
    'setting a sequence',
    'GRANT UPDATE ON SEQUENCE numbers TO $user',
    'REVOKE ALL ON SEQUENCE numbers FROM $user',
  ],
  ['creating tables', 'GRANT CREATE ON SCHEMA apart TO $user', 'REVOKE CREATE ON SCHEMA apart FROM $user'],
  ['creating schemas', 'GRANT CREATE ON DATABASE shop TO $user', 'REVOKE CREATE ON DATABASE shop FROM $user'],
  ['owning a table', 'ALTER TABLE goods OWNER TO $user', 'ALTER TABLE goods OWNER TO postgres'],
  ['a role', 'GRANT clerk TO $user', 'REVOKE clerk FROM $user'],
  ['a role within a role', 'GRANT head TO $user', 'REVOKE head FROM $user'],
  [
    'a role that it has to put on first',
    'GRANT clerk TO $user WITH INHERIT FALSE',
    'REVOKE clerk FROM $user',
  ],
  ['writing everything', 'GRANT pg_write_all_data TO $user', 'REVOKE pg_write_all_data FROM $user'],
  [
    'running programs',
    'GRANT pg_execute_server_program TO $user',
    'REVOKE pg_execute_server_program FROM $user',
  ],
  ['superuser', 'ALTER ROLE $user SUPERUSER', 'ALTER ROLE $user NOSUPERUSER'],
  ['creating roles', 'ALTER ROLE $user CREATEROLE', 'ALTER ROLE $user NOCREATEROLE'],
  ['creating databases', 'ALTER ROLE $user CREATEDB', 'ALTER ROLE $user NOCREATEDB'],
] as const;

const given = async (grant: string, revoke: string): Promise<string[]> => {
  await server.query(grant.replace('$user', reader), 'shop');
  const granted = await check();
  await server.query(revoke.replace('$user', reader), 'shop');
  return [granted.reason, (await check()).reason];
};

test.each(reads)('no writing: %s', async (_title, grant, revoke) => {
  expect(await given(grant, revoke)).toEqual(['Connected', 'Connected']);
});

test.each(writes)('writing: %s', async (_title, grant, revoke) => {
  expect(await given(grant, revoke)).toEqual(['NotReadOnly', 'Connected']);
});

test('10,000 tables and 50 roles, of which the last may write into the last', async () => {
  await server.query(
    `DO $$ BEGIN FOR i IN 1..10000 LOOP
       EXECUTE format('CREATE TABLE t%s ()', i); IF i % 1000 = 0 THEN COMMIT; END IF;
     END LOOP; END $$;`,
    'shop',
  );
  await server.query(
    `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader};
     DO $$ BEGIN FOR i IN 1..50 LOOP
       EXECUTE format('CREATE ROLE r%s', i); EXECUTE format('GRANT r%s TO ${reader}', i);
     END LOOP; END $$`,
    'shop',
  );
  const report = await check();
  expect(report.reason).toBe('Connected');
  expect(report.rungs.query).toBeLessThan(1000);
  await server.query('GRANT UPDATE ON t10000 TO r50', 'shop');
  expect((await check()).reason).toBe('NotReadOnly');
});
