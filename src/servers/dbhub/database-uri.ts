import { fail, ok, type Result } from '../../contract/result.ts';
import type { DatabaseType } from './dbhub-resource.ts';

/** What a URI says about a database. Absent parts are undefined. */
export interface DatabaseUri {
  host: string;
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  sslMode?: string;
}

/** Schemes by type. MariaDB clients also accept those of MySQL. */
const schemes: Partial<Record<DatabaseType, readonly string[]>> = {
  postgres: ['postgres', 'postgresql', 'jdbc:postgresql'],
  mysql: ['mysql', 'jdbc:mysql'],
  mariadb: ['mariadb', 'mysql', 'jdbc:mariadb', 'jdbc:mysql'],
  sqlserver: ['sqlserver', 'mssql'],
};

/** Parameters that would change the destination, the user or the trust of a connection, and are not supported. */
const refused = [
  'host',
  'hostaddr',
  'port',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'service',
  'passfile',
  'options',
] as const;

/**
 * Reads a connection URI as libpq, the MySQL clients and JDBC have it, with one host. Errors are the end of a sentence
 * and contain no part of the URI.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html
 */
export const readDatabaseUri = (text: string, type: DatabaseType): Result<DatabaseUri, string> => {
  const accepted = schemes[type];
  const scheme = /^((?:jdbc:)?[a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !accepted?.includes(scheme))
    return fail(
      `it must be a URI that begins with ${(accepted ?? []).map((it) => `"${it}://"`).join(' or ')} for the type ${type}`,
    );
  const unreadable = fail(
    'it must be a URI with one host, in which special characters of the user name and password are percent-encoded',
  );
  // a scheme that the URL standard does not know, as its rules for hosts differ
  const url = URL.parse(`db${text.slice(scheme.length)}`);
  if (url?.hash !== '' || /\s/.test(text)) return unreadable;
  // "+" is a space for JDBC only
  const query = scheme.startsWith('jdbc:') ? url.search : url.search.replaceAll('+', '%2B');
  const parameters = new URLSearchParams(query);
  const foreign = refused.find((name) => parameters.has(name));
  if (foreign !== undefined) return fail(`its parameter "${foreign}" is not supported`);
  const path = url.pathname.slice(1);
  const parts = {
    host: url.hostname,
    database: path === '' ? parameters.get('dbname') : decoded(path),
    user: url.username === '' ? parameters.get('user') : decoded(url.username),
    password: url.password === '' ? parameters.get('password') : decoded(url.password),
    sslMode: parameters.get('sslmode'),
  };
  if (parts.host === '' || Object.values(parts).includes(undefined)) return unreadable;
  return ok({
    ...(Object.fromEntries(
      Object.entries(parts).filter(([, part]) => part !== null),
    ) as unknown as DatabaseUri),
    ...(url.port !== '' && { port: Number(url.port) }),
  });
};

/** Undefined if the text is not percent-encoded UTF-8. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
