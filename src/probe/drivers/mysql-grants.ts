/**
 * Privileges to change data, tables, or who may change them: MySQL's
 * (https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html) and MariaDB's
 * (https://mariadb.com/kb/en/grant/). Temporary tables do not count, nor what routines do with the rights of
 * their definers.
 */
const writing = new Set([
  'ALL',
  'ALL PRIVILEGES',
  'ALTER',
  'ALTER ROUTINE',
  'CREATE',
  'CREATE ROLE',
  'CREATE ROUTINE',
  'CREATE TABLESPACE',
  'CREATE USER',
  'CREATE VIEW',
  'DELETE',
  'DELETE HISTORY',
  'DROP',
  'DROP ROLE',
  'EVENT',
  'FILE',
  'INDEX',
  'INSERT',
  'ROLE_ADMIN',
  'SET USER',
  'SET_ANY_DEFINER',
  'SET_USER_ID',
  'SUPER',
  'TRIGGER',
  'UPDATE',
]);

export interface Grant {
  writes: boolean;
  /** The roles that it gives, as the server writes them. */
  roles?: string;
}

/** Reads one row of SHOW GRANTS; one that grants nothing, such as a default role, gives neither. */
export const parseGrant = (row: string): Grant => {
  // Names are quoted and can hold anything, a whole other grant too; masked, they keep their length.
  const plain = row.replace(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'/g, (name) =>
    '`'.repeat(name.length),
  );
  if (!plain.startsWith('GRANT ')) return { writes: false };
  const on = plain.indexOf(' ON ');
  if (on < 0) return { writes: false, roles: row.slice('GRANT '.length, plain.lastIndexOf(' TO ')) };
  const privileges = plain.slice('GRANT '.length, on).replace(/\([^)]*\)/g, '');
  return { writes: privileges.split(',').some((privilege) => writing.has(privilege.trim().toUpperCase())) };
};

/** More roles than these would make a check slow. */
const maxRoles = 32;

/**
 * Whether the grants of the current user allow writing, or those of a role that it can become. `ask` gives
 * the rows of a statement in this one session, and none where the server refuses it.
 */
export const grantsAllowWriting = async (ask: (sql: string) => Promise<string[]>): Promise<boolean> => {
  const grants = (await ask('SHOW GRANTS')).map(parseGrant);
  if (grants.some(({ writes }) => writes)) return true;
  // MySQL would take PUBLIC for a user's name.
  const [version = ''] = await ask('SELECT VERSION()');
  if (
    /mariadb/i.test(version) &&
    (await ask('SHOW GRANTS FOR PUBLIC')).some((row) => parseGrant(row).writes)
  ) {
    return true;
  }
  for (const roles of grants.flatMap(({ roles }) => roles ?? []).slice(0, maxRoles)) {
    await ask(`SET ROLE ${roles}`);
    // With a role set, both servers list its grants too, and those of the roles within it.
    if ((await ask('SHOW GRANTS')).some((row) => parseGrant(row).writes)) return true;
  }
  return false;
};
