/**
 * Whether the current user, or a role that it can become, may write in the current database: change rows or
 * sequences, make tables or schemas, or more than that. Temporary tables do not count, nor what functions do
 * with their owners' rights. Looks at no more than 20,000 relations, so that it stays quick: 10,000 take some
 * 50 ms. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
 */
export const canWriteSql = `
WITH roles AS MATERIALIZED (
  SELECT oid, rolsuper OR rolcreaterole OR rolcreatedb
      OR rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program') AS powerful
  FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')
), namespaces AS MATERIALIZED (
  SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
), relations AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relnamespace FROM pg_catalog.pg_class c
  WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S') AND c.relnamespace IN (SELECT oid FROM namespaces)
  LIMIT 20000
)
SELECT EXISTS (SELECT 1 FROM roles WHERE powerful
    OR pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'CREATE'))
  OR EXISTS (SELECT 1 FROM roles r, namespaces n WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE'))
  OR EXISTS (SELECT 1 FROM roles r, relations c
    WHERE CASE c.relkind
      WHEN 'S' THEN pg_catalog.has_sequence_privilege(r.oid, c.oid, 'UPDATE')
      ELSE pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    END AND pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE'))
  OR EXISTS (SELECT 1 FROM roles r, relations c, pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND a.attnum > 0
      AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT, UPDATE')
      AND pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE')) AS writes`;
