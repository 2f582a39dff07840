import { type Connection, createConnection, type QueryError } from 'mysql2';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { codeOf, Failure } from '../ladder/failure.ts';
import { type Ascent, type Driver, explained, isRefusal, withTls } from './driver.ts';
import { challengeLength, signChallenge } from './mariadb-ed25519.ts';
import { mysqlFrames } from './mysql-frames.ts';
import { findRight } from './mysql-writes.ts';

/**
 * Error numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and
 * https://mariadb.com/kb/en/mariadb-error-codes/
 */
const reasons: Readonly<Record<number, ProbeReason>> = {
  1040: 'TooManyConnections',
  1203: 'UserLimit',
  1226: 'UserLimit',
  1044: 'PermissionDenied',
  1142: 'PermissionDenied',
  1045: 'AuthFailed',
  1698: 'AuthFailed',
  1820: 'AuthFailed',
  1862: 'AuthFailed',
  3118: 'AuthFailed',
  4151: 'AuthFailed',
  1049: 'DatabaseNotFound',
  1053: 'ServerStarting',
  1077: 'ServerStarting',
  1079: 'ServerStarting',
  1927: 'ServerStarting',
  1129: 'HostBlocked',
  1130: 'NotAllowed',
  3159: 'TLSRequired',
};

/** Errors of mysql2. */
const codes: Readonly<Record<string, ProbeReason>> = {
  HANDSHAKE_NO_SSL_SUPPORT: 'TLSNotOffered',
  AUTH_SWITCH_PLUGIN_ERROR: 'LoginFailed',
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: 'LoginFailed',
};

/** For MySQL and MariaDB. */
export const mysql: Driver = async (ascent) => {
  const { transport, check, enter } = ascent;
  transport.frames = mysqlFrames();
  enter(check.tls === 'disable' ? 'auth' : 'tls');
  const connection = open(ascent);
  connection.on('error', () => {});
  try {
    await explained(connected(connection), (error) => reasonOf(error, 'LoginFailed'));
  } catch (error) {
    // MariaDB, and MySQL for a user who must use TLS, report this for a connection without TLS.
    const refused = error instanceof Failure && error.reason === 'AuthFailed';
    if (refused && check.tls === 'disable' && (await withTls(mysql, ascent)) === 'Connected') {
      throw new Failure('TLSRequired');
    }
    throw error;
  }

  const rows = (sql: string) => explained(ask(connection, sql), (error) => reasonOf(error, 'QueryFailed'));
  return {
    echo: async (number) => (await rows(`SELECT ${number}`))[0]?.[0],
    canWrite: () =>
      findRight(async (sql) => {
        try {
          return (await rows(sql)).map((row) => String(row[0]));
        } catch (error) {
          if (isRefusal(error)) return [];
          throw error;
        }
      }),
    leave: () => connection.end(),
  };
};

const open = ({ check, secrets, transport, enter }: Ascent): Connection => {
  const password = secrets['PASSWORD'] ?? '';
  const tls = check.tls !== 'disable';
  const connection = createConnection({
    host: check.host,
    user: secrets['USERNAME'] ?? '',
    password,
    ...(check.params['database'] !== undefined && { database: check.params['database'] }),
    stream: transport,
    // Not used while we provide the TLS connection, below. Strict, in case a new version of mysql2 ignores it.
    ...(tls && { ssl: { rejectUnauthorized: true, verifyIdentity: true } }),
    // mysql2 inspects its socket to decide whether it may send the password in plain text.
    authPlugins: {
      ...(tls && { sha256_password: () => () => Buffer.from(`${password}\0`) }),
      // as the driver that DBHub has for MariaDB, unlike the one for MySQL
      ...(check.params['type'] === 'mariadb' && {
        client_ed25519: () => (challenge: Buffer) =>
          signChallenge(password, challenge.subarray(0, challengeLength)),
      }),
    },
    connectTimeout: 0,
    // mysql2 allocates 16,000 by default, half a MiB for each connection.
    maxPreparedStatements: 1,
    rowsAsArray: true,
    // A probe should not run code that is generated from the column names of a server.
    disableEval: true,
    flags: ['-LOCAL_FILES'],
    connectAttributes: { program_name: 'function-mcp-probe' },
  });
  // mysql2 hides the reason of a TLS error, and compares the names of addresses with `localhost`.
  (connection as unknown as { startTLS: (done: (error?: Error) => void) => void }).startTLS = (done) => {
    const secured = async () => {
      await transport.secure(check);
      enter('auth');
      done();
    };
    secured().catch(done);
  };
  beQuiet(connection as unknown as Receiver);
  return connection;
};

/** The parts of a mysql2 connection that receive each packet. */
interface Receiver {
  handlePacket: (packet?: Packet) => void;
}

interface Packet {
  /** The tag is undefined if the packet ends before it. */
  readLengthCodedNumberExt: (tag: number | undefined, ...rest: unknown[]) => unknown;
}

/** mysql2 writes its stack to the console before it throws, if a server sends an invalid length. */
const beQuiet = (connection: Receiver): void => {
  const { handlePacket } = connection;
  connection.handlePacket = (packet) => {
    // one packet object is reused
    if (packet && !Object.hasOwn(packet, 'readLengthCodedNumberExt')) {
      const read = packet.readLengthCodedNumberExt;
      packet.readLengthCodedNumberExt = (tag, ...rest) => {
        if (tag === undefined || tag < 0xfb || tag === 0xff) throw new Error('an invalid length');
        return read.call(packet, tag, ...rest);
      };
    }
    handlePacket.call(connection, packet);
  };
};

const connected = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.once('connect', () => resolve());
    connection.once('error', reject);
  });

const ask = (connection: Connection, sql: string): Promise<unknown[][]> =>
  new Promise((resolve, reject) => {
    connection.query(sql, (error, result) => {
      if (error) reject(error);
      else resolve(Array.isArray(result) ? (result as unknown[][]) : []);
    });
  });

/** Whether the server sent the error. mysql2 sets an SQL state only for these. */
const isServers = (error: unknown): error is QueryError => error instanceof Error && 'sqlState' in error;

const reasonOf = (error: unknown, otherwise: ProbeReason): ProbeReason | undefined =>
  isServers(error) ? (reasons[error.errno ?? 0] ?? otherwise) : codes[codeOf(error) ?? ''];
