/** What a user of a test server may do and how it has to connect. */
export interface BackendUser {
  name: string;
  password: string;
  /** The database it may use; it must exist. */
  database: string;
  /** True: SELECT only. Default false: everything in its database. */
  readOnly?: boolean;
  /** True: the server refuses this user without TLS. Default false. */
  requireTls?: boolean;
  /** MySQL only. Default `mysql_native_password`: caching_sha2_password takes no more than 256 bytes. */
  plugin?: 'mysql_native_password' | 'caching_sha2_password';
}

/** PEM files of a server; `certificates.ts` makes them. */
export interface ServerTls {
  certificate: string;
  key: string;
  authority: string;
}

export interface BackendOptions {
  /** Offer TLS with this certificate. Default: no TLS (MySQL offers one of its own making). */
  tls?: ServerTls;
  /** Default: the server's own. */
  maxConnections?: number;
}

/** A real database server of this machine's, on loopback, with a data directory of its own. */
export interface Backend extends AsyncDisposable {
  type: 'postgres' | 'mysql' | 'mariadb';
  host: string;
  port: number;
  /** Its data and everything else that it writes. */
  folder: string;
  superuser: { user: string; password: string };
  createDatabase: (name: string) => Promise<void>;
  createUser: (user: BackendUser) => Promise<void>;
  /** Runs SQL as the superuser and returns the rows of the (last) statement. */
  query: (sql: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** Ends the server and removes its files; may be called twice. */
  stop: () => Promise<void>;
}
