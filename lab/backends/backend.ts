/** What a user of a test server may do, and how the user must connect. */
export interface BackendUser {
  name: string;
  password: string;
  /** The database it may use; it must exist. */
  database: string;
  /** True: SELECT only. Default: false, which allows everything in its database. */
  readOnly?: boolean;
  /** True: the server refuses this user without TLS. Default false. */
  requireTls?: boolean;
  /** MySQL only. Default: `mysql_native_password`, because caching_sha2_password is limited to 256 bytes. */
  plugin?: 'mysql_native_password' | 'caching_sha2_password';
}

/** PEM files of a server. `certificates.ts` creates them. */
export interface ServerTls {
  certificate: string;
  key: string;
  authority: string;
}

export interface BackendOptions {
  /** Offer TLS with this certificate. Default: no TLS (MySQL offers a certificate that it created). */
  tls?: ServerTls;
  /** Default: the default of the server. */
  maxConnections?: number;
  /** Further options of the command line, for MySQL and MariaDB. */
  args?: string[];
}

/** A real database server on loopback, with a separate data directory. */
export interface Backend extends AsyncDisposable {
  type: 'postgres' | 'mysql' | 'mariadb';
  host: string;
  port: number;
  /** Its data and all its other files. */
  folder: string;
  superuser: { user: string; password: string };
  createDatabase: (name: string) => Promise<void>;
  createUser: (user: BackendUser) => Promise<void>;
  /** Runs SQL as the superuser and returns the rows of the last statement. */
  query: (sql: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** PostgreSQL only: restarts the server as a standby, which waits for changes and refuses to write. */
  becomeStandby?: () => Promise<void>;
  /** Stops the server and removes its files. May be called twice. */
  stop: () => Promise<void>;
}
