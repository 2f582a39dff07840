import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startMariadb } from '../../../lab/backends/mariadb.ts';
import { startMysql } from '../../../lab/backends/mysql.ts';
import { parseGrant } from '../../../src/probe/drivers/mysql-grants.ts';
import { account, nameCanary, probing } from './probed.ts';
import { expectQuiet } from './quiet.ts';

expectQuiet();

const user = `'${nameCanary}-reader'@'%'`;

/** Role names are users' in MySQL, with a host. */
const kinds = [
  ['MySQL', startMysql, (role: string) => `'${role}'@'%'`],
  ['MariaDB', startMariadb, (role: string) => `'${role}'`],
] as const;

const reads = [
  ['selecting everything', 'SELECT ON *.*'],
  ['running routines', 'EXECUTE ON *.*'],
  ['temporary tables', 'CREATE TEMPORARY TABLES ON *.*'],
  ['what monitoring takes', 'PROCESS, SHOW VIEW ON *.*'],
  ['one column', 'SELECT (id) ON other.goods'],
  ['a database whose name is a grant', 'SELECT ON `INSERT, UPDATE ON x`.*'],
] as const;

const writes = [
  ['everything', 'ALL ON *.*'],
  ['everything in a database', 'ALL ON other.*'],
  ['insert', 'INSERT ON other.goods'],
  ['update of one column', 'SELECT (id), UPDATE (price) ON other.goods'],
  ['delete, among others', 'SELECT, SHOW VIEW, DELETE ON other.*'],
  ['insert into a database', 'INSERT ON other.*'],
  ['tables', 'CREATE ON other.*'],
  ['files', 'FILE ON *.*'],
  ['users', 'CREATE USER ON *.*'],
] as const;

describe.each(kinds)('%s', (name, start, role) => {
  let server: Backend;
  let check: ReturnType<typeof probing>;
  const [nested, odd] = [role('nested'), role('an "odd` ON \\\\TO one')];

  beforeAll(async () => {
    server = await start();
    check = probing(server);
    for (const database of ['shop', 'other']) await server.createDatabase(database);
    await server.createUser(account('reader', { readOnly: true }));
    await server.query('CREATE TABLE other.goods (id int, price int)');
    await server.query(`CREATE ROLE ${nested}; CREATE ROLE ${odd}; GRANT ${nested} TO ${odd}`);
  });

  afterAll(async () => {
    await server?.stop();
  });

  /** The verdict with the grant, and without it again. */
  const given = async (grant: string, to = user): Promise<string[]> => {
    await server.query(`GRANT ${grant} TO ${to}`);
    const { reason } = await check();
    // To revoke everything also takes what was granted on single databases.
    await server.query(`REVOKE ${grant} FROM ${to}; GRANT SELECT ON shop.* TO ${user}`);
    return [reason, (await check()).reason];
  };

  test.each(reads)('no writing: %s', async (_title, grant) => {
    expect(await given(grant)).toEqual(['Connected', 'Connected']);
  });

  test.each(writes)('writing: %s', async (_title, grant) => {
    expect(await given(grant)).toEqual(['NotReadOnly', 'Connected']);
  });

  test.each([
    ['a role that it has to put on first', odd, odd],
    ['a role within a role', odd, nested],
  ])('writing: %s', async (_title, granted, writer) => {
    await server.query(`GRANT ${granted} TO ${user}`);
    expect(await given('INSERT ON other.*', writer)).toEqual(['NotReadOnly', 'Connected']);
    await server.query(`REVOKE ${granted} FROM ${user}`);
  });

  test('names in double quotes', async () => {
    await server.query(`SET GLOBAL sql_mode = 'ANSI_QUOTES'; GRANT ${odd} TO ${user}`);
    expect(await given('INSERT ON other.*', nested)).toEqual(['NotReadOnly', 'Connected']);
    await server.query(`SET GLOBAL sql_mode = DEFAULT; REVOKE ${odd} FROM ${user}`);
  });

  if (name === 'MariaDB') {
    test('writing: everybody', async () => {
      expect(await given('INSERT ON shop.*', 'PUBLIC')).toEqual(['NotReadOnly', 'Connected']);
    });
  }
});

test('names never count as privileges, whatever they are', () => {
  const name = fc.string({
    unit: fc.constantFrom('`', '"', "'", '\\', ' ON ', ' TO ', 'INSERT', ', ', '(', ')', 'x'),
  });
  const quoted = name.map((text) => `\`${text.replaceAll('`', '``')}\``);
  fc.assert(
    fc.property(quoted, quoted, quoted, (column, database, grantee) => {
      const target = `ON ${database}.* TO ${grantee}@\`%\``;
      expect(parseGrant(`GRANT SELECT (${column}), SHOW VIEW ${target}`)).toEqual({ writes: false });
      expect(parseGrant(`GRANT SELECT (${column}), INSERT (${column}) ${target}`)).toEqual({ writes: true });
      expect(parseGrant(`GRANT ${column},${database} TO ${grantee}`)).toEqual({
        writes: false,
        roles: `${column},${database}`,
      });
    }),
    { numRuns: 1000 },
  );
});

test.each([
  'SET DEFAULT ROLE `r` FOR `u`@`%`',
  'REVOKE INSERT ON `a`.* FROM `u`@`%`',
  '',
  'GRANT',
  '`GRANT ALL ON x',
])('no grant: %j', (row) => {
  expect(parseGrant(row)).toEqual({ writes: false });
});
