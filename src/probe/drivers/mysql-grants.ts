import type { Right } from './right.ts';

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

/** Privileges for everything. They include the exemptions of `mysql-read-only.ts` if they are for all databases. */
export const allPrivileges: readonly string[] = ['ALL', 'ALL PRIVILEGES'];

export interface Grant {
  /** All privileges, in upper case. */
  privileges: readonly string[];
  /** The object as far as its names are simple, from the outermost: `*` and `*`, `shop` and `*`, `shop` and `orders`. */
  names: readonly string[];
  /** Whether it is granted to PUBLIC of MariaDB. */
  everybody?: boolean;
  /** The granted roles, as the server writes them. */
  roles?: string;
}

const nothing: Grant = { privileges: [], names: [] };

/** Reads one row of SHOW GRANTS. A row that grants nothing, such as a default role, has no privileges and no roles. */
export const parseGrant = (row: string): Grant => {
  // Names are quoted and may contain anything, even a whole grant. Masking them keeps their length.
  const plain = row.replace(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'/g, (name) =>
    '`'.repeat(name.length),
  );
  if (!plain.startsWith('GRANT ')) return nothing;
  const on = plain.indexOf(' ON ');
  if (on < 0) return { ...nothing, roles: row.slice('GRANT '.length, plain.lastIndexOf(' TO ')) };
  const privileges = plain.slice('GRANT '.length, on).replace(/\([^)]*\)/g, '');
  return {
    privileges: privileges.split(',').map((privilege) => privilege.trim().toUpperCase()),
    names: namesIn(row.slice(on + ' ON '.length)),
    ...(/ TO PUBLIC\b[^`]*$/.test(plain) && { everybody: true }),
  };
};

/** The names of an object that consist of letters, digits, "_", "$" and "-". In a pattern, "_" is written as "\_". */
const namesIn = (target: string): string[] => {
  const part = String.raw`(\*|[\`"][\w$\\-]{1,128}[\`"])`;
  const [, ...parts] = new RegExp(`^${part}\\.${part} TO `).exec(target) ?? [];
  return parts.map((name) => name.replace(/^[`"]|[`"]$/g, '').replaceAll('\\', ''));
};

/** The first of the privileges that writes. */
export const writingPrivilege = ({ privileges }: Grant): string | undefined =>
  privileges.find((privilege) => writing.has(privilege));

const kindOf = ([database, table]: readonly string[]): Pick<Right, 'kind' | 'names'> => {
  if (database === undefined || table === undefined) return { kind: 'schema object' };
  if (database === '*') return {};
  return table === '*'
    ? { kind: 'database', names: [database] }
    : { kind: 'table', names: [database, table] };
};

/** A grant that {@link writingPrivilege} finds, as a right. */
export const rightOf = (grant: Grant, holder: string): Right => {
  const privilege = writingPrivilege(grant) ?? 'a right to write';
  const everywhere = grant.names[0] === '*';
  const via = `granted to ${grant.everybody ? 'PUBLIC' : holder}`;
  return { privilege: everywhere ? `${privilege} on *.*` : privilege, ...kindOf(grant.names), via };
};
