/**
 * Privileges to change data, tables or permissions: of MySQL
 * (https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html) and MariaDB (https://mariadb.com/kb/en/grant/).
 * Temporary tables do not count, nor do the privileges of the definers of routines.
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
  /** The granted roles, as the server writes them. */
  roles?: string;
}

/** Reads one row of SHOW GRANTS. A row that grants nothing, such as a default role, gives neither. */
export const parseGrant = (row: string): Grant => {
  // Names are quoted and may contain anything, even a whole grant. Masking them keeps their length.
  const plain = row.replace(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'/g, (name) =>
    '`'.repeat(name.length),
  );
  if (!plain.startsWith('GRANT ')) return { writes: false };
  const on = plain.indexOf(' ON ');
  if (on < 0) return { writes: false, roles: row.slice('GRANT '.length, plain.lastIndexOf(' TO ')) };
  const privileges = plain.slice('GRANT '.length, on).replace(/\([^)]*\)/g, '');
  return { writes: privileges.split(',').some((privilege) => writing.has(privilege.trim().toUpperCase())) };
};

/** Maximum number of roles, because more would make a check slow. */
const maxRoles = 32;

/**
 * Whether the grants of the current user, or of a role that the user can set, allow writing. `ask` returns the rows of
 * a statement in the same session, or no rows if the server refuses it.
 */
export const grantsAllowWriting = async (ask: (sql: string) => Promise<string[]>): Promise<boolean> => {
  const grants = (await ask('SHOW GRANTS')).map(parseGrant);
  if (grants.some(({ writes }) => writes)) return true;
  // MySQL would interpret PUBLIC as a user name.
  const [version = ''] = await ask('SELECT VERSION()');
  if (
    /mariadb/i.test(version) &&
    (await ask('SHOW GRANTS FOR PUBLIC')).some((row) => parseGrant(row).writes)
  ) {
    return true;
  }
  for (const roles of grants.flatMap(({ roles }) => roles ?? []).slice(0, maxRoles)) {
    await ask(`SET ROLE ${roles}`);
    // With a role set, both servers also list its grants, and those of the roles that it contains.
    if ((await ask('SHOW GRANTS')).some((row) => parseGrant(row).writes)) return true;
  }
  return false;
};
