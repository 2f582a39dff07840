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
  [
    'creating tables, for everybody',
    'GRANT CREATE ON SCHEMA public TO PUBLIC',
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  ],
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

const role = 'of a role that the user is a member of';

/** The right in the message, by the title of the case. */
const found: Readonly<Record<string, string>> = {
  insert: 'INSERT on the table public.goods, of the user',
  update: 'UPDATE on the table public.goods, of the user',
  delete: 'DELETE on the table public.goods, of the user',
  truncate: 'TRUNCATE on the table public.goods, of the user',
  'update of one column': 'UPDATE on the table public.goods, of the user',
  'insert through a view': 'INSERT on the view public.cheap, of the user',
  'insert into a partitioned table': 'INSERT on the table public.parts, of the user',
  'for everybody': 'INSERT on the table public.goods, granted to PUBLIC',
  'setting a sequence': 'UPDATE on the sequence public.numbers, of the user',
  'creating tables': 'CREATE on the schema apart, of the user',
  'creating tables, for everybody': 'CREATE on the schema public, granted to PUBLIC',
  'creating schemas': 'CREATE on the database shop, of the user',
  'owning a table': 'OWNER on the table public.goods, of the user',
  'a role': `INSERT on the table public.goods, ${role}`,
  'a role within a role': `INSERT on the table public.goods, ${role}`,
  'a role that it has to put on first': `INSERT on the table public.goods, ${role}`,
  'writing everything': `pg_write_all_data, ${role}`,
  'running programs': `pg_execute_server_program, ${role}`,
  superuser: 'SUPERUSER, of the user',
  'creating roles': 'CREATEROLE, of the user',
  'creating databases': 'CREATEDB, of the user',
};

/** The reason and the detail with the grant, and the reason without it. */
const given = async (grant: string, revoke: string) => {
  await server.query(grant.replace('$user', reader), 'shop');
  const granted = await check();
  await server.query(revoke.replace('$user', reader), 'shop');
  return [granted.reason, granted.detail, (await check()).reason];
};

test.each(reads)('no writing: %s', async (_title, grant, revoke) => {
  expect(await given(grant, revoke)).toEqual(['Connected', undefined, 'Connected']);
});

test.each(writes)('writing: %s', async (title, grant, revoke) => {
  const detail = found[title];
  expect(await given(grant, revoke)).toEqual(['NotReadOnly', `Found: ${detail}.`, 'Connected']);
});

test('the name of an object that is not plain, or contains a value of the Secret, is not in the message', async () => {
  for (const name of ['a b', 'é', `of-${nameCanary}-reader`, 'x"y', '$x', 'a.b']) {
    const table = `"${name.replaceAll('"', '""')}"`;
    await server.query(`CREATE TABLE ${table} (id int)`, 'shop');
    expect(await given(`GRANT INSERT ON ${table} TO $user`, `DROP TABLE ${table}`)).toEqual([
      'NotReadOnly',
      'Found: INSERT on a table, of the user.',
      'Connected',
    ]);
  }
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

test('a standby refuses every right to write, except to users who are not bound by it', async () => {
  await server.createUser(account('superuser'));
  await server.query(
    `ALTER ROLE "${nameCanary}-superuser" SUPERUSER; ALTER ROLE ${reader} CREATEROLE CREATEDB`,
  );
  expect((await check()).reason).toBe('NotReadOnly');
  await server.becomeStandby?.();
  expect((await check()).reason).toBe('Connected');
  expect(await check({ user: 'superuser' })).toMatchObject({
    reason: 'NotReadOnly',
    detail: 'Found: SUPERUSER, of the user.',
  });
});
