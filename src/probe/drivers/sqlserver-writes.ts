/**
 * Whether the current user may write to the current database, with its permissions and those of its roles, as reported
 * by the server. Checks up to 10,000 tables and views, so that it stays fast.
 * https://learn.microsoft.com/sql/t-sql/functions/has-perms-by-name-transact-sql
 */
export const canWriteSql = `
SELECT CASE WHEN IS_SRVROLEMEMBER('sysadmin') = 1
  OR EXISTS (
    SELECT 1 FROM fn_my_permissions(NULL, 'DATABASE')
    WHERE permission_name IN ('CONTROL', 'ALTER', 'INSERT', 'UPDATE', 'DELETE', 'CREATE TABLE', 'CREATE SCHEMA',
      'CREATE VIEW', 'CREATE PROCEDURE', 'ALTER ANY SCHEMA', 'ALTER ANY ROLE', 'ALTER ANY USER', 'TAKE OWNERSHIP'))
  OR EXISTS (
    SELECT 1 FROM sys.schemas
    WHERE HAS_PERMS_BY_NAME(QUOTENAME(name), 'SCHEMA', 'INSERT') = 1
      OR HAS_PERMS_BY_NAME(QUOTENAME(name), 'SCHEMA', 'UPDATE') = 1
      OR HAS_PERMS_BY_NAME(QUOTENAME(name), 'SCHEMA', 'DELETE') = 1
      OR HAS_PERMS_BY_NAME(QUOTENAME(name), 'SCHEMA', 'ALTER') = 1)
  OR EXISTS (
    SELECT 1 FROM (
      SELECT TOP (10000) QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name) AS name
      FROM sys.objects WHERE type IN ('U', 'V') AND is_ms_shipped = 0) AS tables
    WHERE HAS_PERMS_BY_NAME(name, 'OBJECT', 'INSERT') = 1
      OR HAS_PERMS_BY_NAME(name, 'OBJECT', 'UPDATE') = 1
      OR HAS_PERMS_BY_NAME(name, 'OBJECT', 'DELETE') = 1
      OR HAS_PERMS_BY_NAME(name, 'OBJECT', 'ALTER') = 1)
THEN 1 ELSE 0 END`;
