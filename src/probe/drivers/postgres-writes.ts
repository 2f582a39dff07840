/**
 * Whether the current user, or a role that the user can set, may write to the current database: change rows or
 * sequences, create tables or schemas, or more. Temporary tables do not count, nor do functions that run with the
 * permissions of their owners. Reads the access lists of up to 20,000 relations, each once for all roles, so that it
 * stays fast.
 * https://www.postgresql.org/docs/current/ddl-priv.html
 */
export const canWriteSql = `
WITH roles AS (
  SELECT oid, rolsuper OR rolcreaterole OR rolcreatedb
      OR rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program') AS powerful
  FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')
), namespaces AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE pg_catalog.left(n.nspname::text, 3) <> 'pg_' AND n.nspname <> 'information_schema'
), relations AS (
  SELECT c.oid, c.relowner, c.relacl FROM pg_catalog.pg_class c
  WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S') AND c.relnamespace IN (
    SELECT n.oid FROM namespaces n
    WHERE EXISTS (SELECT 1 FROM roles r WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')))
  LIMIT 20000
)
SELECT EXISTS (
    SELECT 1 FROM roles r
    WHERE r.powerful OR pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE'))
  OR EXISTS (
    SELECT 1 FROM roles r, namespaces n WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE'))
  OR EXISTS (
    SELECT 1 FROM relations c WHERE c.relowner IN (SELECT oid FROM roles))
  OR EXISTS (
    SELECT 1 FROM relations c, pg_catalog.aclexplode(c.relacl) a
    WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
      AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM roles)))
  OR EXISTS (
    SELECT 1 FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
    WHERE t.attacl IS NOT NULL AND t.attrelid IN (SELECT oid FROM relations)
      AND a.privilege_type IN ('INSERT', 'UPDATE')
      AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM roles))) AS writes`;
