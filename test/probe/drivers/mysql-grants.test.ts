import fc from 'fast-check';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startMariadb } from '../../../lab/backends/mariadb.ts';
import { startMysql } from '../../../lab/backends/mysql.ts';
import { parseGrant, writingPrivilege } from '../../../src/probe/drivers/mysql-grants.ts';
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
  ['everything', 'ALL ON *.*', String.raw`(ALL PRIVILEGES|INSERT) on \*\.\*`],
  ['everything in a database', 'ALL ON other.*', 'ALL PRIVILEGES on the database other'],
  ['insert', 'INSERT ON other.goods', String.raw`INSERT on the table other\.goods`],
  [
    'update of one column',
    'SELECT (id), UPDATE (price) ON other.goods',
    String.raw`UPDATE on the table other\.goods`,
  ],
  ['delete, among others', 'SELECT, SHOW VIEW, DELETE ON other.*', 'DELETE on the database other'],
  ['insert into a database', 'INSERT ON other.*', 'INSERT on the database other'],
  ['a database with a pattern', 'INSERT ON `oth\\_er`.*', 'INSERT on the database oth_er'],
  ['a database whose name is not plain', 'INSERT ON `a b`.*', 'INSERT on a schema object'],
  ['tables', 'CREATE ON other.*', 'CREATE on the database other'],
  ['files', 'FILE ON *.*', String.raw`FILE on \*\.\*`],
  ['users', 'CREATE USER ON *.*', String.raw`CREATE USER on \*\.\*`],
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
  const given = async (grant: string, to = user) => {
    await server.query(`GRANT ${grant} TO ${to}`);
    const { reason, detail } = await check();
    // To revoke everything also takes what was granted on single databases.
    await server.query(`REVOKE ${grant} FROM ${to}; GRANT SELECT ON shop.* TO ${user}`);
    return [reason, detail, (await check()).reason];
  };

  test.each(reads)('no writing: %s', async (_title, grant) => {
    expect(await given(grant)).toEqual(['Connected', undefined, 'Connected']);
  });

  test.each(writes)('writing: %s', async (_title, grant, detail) => {
    expect(await given(grant)).toEqual([
      'NotReadOnly',
      expect.stringMatching(`^Found: ${detail}, granted to the user\\.$`),
      'Connected',
    ]);
  });

  test.each([
    ['a role that it has to put on first', odd, odd],
    ['a role within a role', odd, nested],
  ])('writing: %s', async (_title, granted, writer) => {
    await server.query(`GRANT ${granted} TO ${user}`);
    expect(await given('INSERT ON other.*', writer)).toEqual([
      'NotReadOnly',
      'Found: INSERT on the database other, granted to a role of the user.',
      'Connected',
    ]);
    await server.query(`REVOKE ${granted} FROM ${user}`);
  });

  test('names in double quotes', async () => {
    await server.query(`SET GLOBAL sql_mode = 'ANSI_QUOTES'; GRANT ${odd} TO ${user}`);
    expect(await given('INSERT ON other.*', nested)).toEqual([
      'NotReadOnly',
      'Found: INSERT on the database other, granted to a role of the user.',
      'Connected',
    ]);
    await server.query(`SET GLOBAL sql_mode = DEFAULT; REVOKE ${odd} FROM ${user}`);
  });

  test('a server that is read-only, and users who are exempt', async () => {
    const mariadb = name === 'MariaDB';
    const exempt = mariadb ? ['READ_ONLY ADMIN'] : ['CONNECTION_ADMIN', 'SUPER', 'SYSTEM_VARIABLES_ADMIN'];
    const admin = await createConnection({
      host: server.host,
      port: server.port,
      ...server.superuser,
      multipleStatements: true,
    });
    const modes = mariadb ? ['read_only'] : ['read_only', 'super_read_only'];
    await admin.query(`GRANT INSERT ON shop.* TO ${user}`);
    try {
      for (const mode of modes) {
        for (const each of [...modes].reverse()) await admin.query(`SET GLOBAL ${each} = 0`);
        expect((await check()).reason).toBe('NotReadOnly');
        await admin.query(`SET GLOBAL ${mode} = 1`);
        expect((await check()).reason).toBe('Connected');
        for (const privilege of exempt) {
          await admin.query(
            `SET GLOBAL ${mode} = 0; GRANT ${privilege} ON *.* TO ${user}; SET GLOBAL ${mode} = 1`,
          );
          // Nobody writes while it lasts, and only some users can end it.
          const bound = mode === 'super_read_only' && privilege === 'CONNECTION_ADMIN';
          expect((await check()).reason, `${mode} ${privilege}`).toBe(bound ? 'Connected' : 'NotReadOnly');
          await admin.query(
            `SET GLOBAL ${mode} = 0; REVOKE ${privilege} ON *.* FROM ${user}; SET GLOBAL ${mode} = 1`,
          );
        }
      }
    } finally {
      for (const mode of [...modes].reverse()) await admin.query(`SET GLOBAL ${mode} = 0`);
      await admin.query(`REVOKE INSERT ON shop.* FROM ${user}`);
      await admin.end();
    }
  });

  if (name === 'MariaDB') {
    test('writing: everybody', async () => {
      expect(await given('INSERT ON shop.*', 'PUBLIC')).toEqual([
        'NotReadOnly',
        'Found: INSERT on the database shop, granted to PUBLIC.',
        'Connected',
      ]);
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
      const right = (row: string) => writingPrivilege(parseGrant(row));
      expect(right(`GRANT SELECT (${column}), SHOW VIEW ${target}`)).toBeUndefined();
      expect(right(`GRANT SELECT (${column}), INSERT (${column}) ${target}`)).toBe('INSERT');
      expect(parseGrant(`GRANT ${column},${database} TO ${grantee}`)).toEqual({
        privileges: [],
        names: [],
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
  expect(parseGrant(row)).toEqual({ privileges: [], names: [] });
});
