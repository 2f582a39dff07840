import type { Right } from './right.ts';

/**
 * One right with which the current user, or a role that the user can set, may write to the current database: change rows
 * or sequences, create tables or schemas, or more. No row if there is none. Temporary tables do not count, nor do
 * functions that run with the permissions of their owners. Reads the access lists of up to 20,000 relations, each once
 * for all roles, so that it stays fast. A standby refuses all of it, except to users who can write files, run programs
 * or end the recovery: https://www.postgresql.org/docs/current/hot-standby.html
 * https://www.postgresql.org/docs/current/ddl-priv.html
 */
export const writesSql = `
WITH roles AS (
  SELECT oid, CASE
      WHEN rolsuper THEN 'SUPERUSER'
      WHEN rolname IN ('pg_write_server_files', 'pg_execute_server_program') THEN rolname::text
      WHEN pg_catalog.pg_is_in_recovery() THEN NULL
      WHEN rolcreaterole THEN 'CREATEROLE'
      WHEN rolcreatedb THEN 'CREATEDB'
      WHEN rolname = 'pg_write_all_data' THEN rolname::text END AS power,
    CASE WHEN rolname = current_user THEN 'user' ELSE 'role' END AS via
  FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')
), namespaces AS (
  SELECT n.oid, n.nspname, n.nspacl FROM pg_catalog.pg_namespace n
  WHERE pg_catalog.left(n.nspname::text, 3) <> 'pg_' AND n.nspname <> 'information_schema'
    AND NOT pg_catalog.pg_is_in_recovery()
), relations AS (
  SELECT c.oid, c.relname, c.relowner, c.relacl, c.relkind, n.nspname
  FROM pg_catalog.pg_class c JOIN namespaces n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S')
    AND n.oid IN (
      SELECT n.oid FROM namespaces n
      WHERE EXISTS (SELECT 1 FROM roles r WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')))
  LIMIT 20000
)
SELECT privilege, kind, outer_name, name, via FROM (
  (SELECT power AS privilege, NULL AS kind, NULL AS outer_name, NULL AS name, via
  FROM roles WHERE power IS NOT NULL ORDER BY via DESC)
  UNION ALL
  SELECT 'CREATE', 'database', NULL, pg_catalog.current_database()::text, r.via FROM roles r
  WHERE pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')
    AND NOT pg_catalog.pg_is_in_recovery()
  UNION ALL
  SELECT 'CREATE', 'schema', NULL, n.nspname::text, CASE WHEN EXISTS (
      SELECT 1 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE'
    ) THEN 'public' ELSE r.via END
  FROM roles r, namespaces n WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')
  UNION ALL
  SELECT 'OWNER', c.relkind::text, c.nspname::text, c.relname::text, r.via
  FROM relations c JOIN roles r ON r.oid = c.relowner
  UNION ALL
  SELECT a.privilege_type, c.relkind::text, c.nspname::text, c.relname::text, COALESCE(r.via, 'public')
  FROM relations c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a LEFT JOIN roles r ON r.oid = a.grantee
  WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') AND (a.grantee = 0 OR r.oid IS NOT NULL)
  UNION ALL
  SELECT a.privilege_type, c.relkind::text, c.nspname::text, c.relname::text, COALESCE(r.via, 'public')
  FROM relations c
    JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL
    CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a
    LEFT JOIN roles r ON r.oid = a.grantee
  WHERE a.privilege_type IN ('INSERT', 'UPDATE') AND (a.grantee = 0 OR r.oid IS NOT NULL)
) AS found LIMIT 1`;

const privileges: ReadonlySet<unknown> = new Set([
  'SUPERUSER',
  'CREATEROLE',
  'CREATEDB',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_write_all_data',
  'CREATE',
  'OWNER',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
]);

/** Also the kinds of relations: https://www.postgresql.org/docs/current/catalog-pg-class.html */
const kinds: Readonly<Record<string, string>> = {
  database: 'database',
  schema: 'schema',
  r: 'table',
  p: 'table',
  f: 'table',
  v: 'view',
  S: 'sequence',
};

const vias: Readonly<Record<string, string>> = {
  user: 'of the user',
  role: 'of a role that the user is a member of',
  public: 'granted to PUBLIC',
};

/** Reads the row of {@link writesSql}. Whatever it contains, a row is a right. */
export const rightOf = (row: readonly unknown[] | undefined): Right | undefined => {
  if (row === undefined) return undefined;
  const [privilege, kind, outer, name, via] = row.map((cell) => (typeof cell === 'string' ? cell : ''));
  const known = Object.hasOwn(kinds, kind ?? '') ? kinds[kind ?? ''] : undefined;
  return {
    privilege: privileges.has(privilege) ? String(privilege) : 'a right to write',
    ...(known !== undefined && { kind: known, names: [outer ?? '', name ?? ''].filter(Boolean) }),
    ...(Object.hasOwn(vias, via ?? '') && { via: vias[via ?? ''] ?? '' }),
  };
};
