import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Connection, Request } from 'tedious';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { codeOf, Failure } from '../ladder/failure.ts';
import { authorityOf, tlsReason } from '../ladder/tls.ts';
import type { Frames, Transport } from '../ladder/transport.ts';
import { type Ascent, type Driver, explained, isRefusal } from './driver.ts';
import { canWriteSql } from './sqlserver-writes.ts';

/**
 * https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors and
 * https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues
 */
const reasons: Readonly<Record<number, ProbeReason>> = {
  18452: 'AuthFailed',
  18456: 'AuthFailed',
  18470: 'AuthFailed',
  18486: 'AuthFailed',
  18487: 'AuthFailed',
  18488: 'AuthFailed',
  229: 'PermissionDenied',
  916: 'PermissionDenied',
  // The server does not distinguish a missing database from one that the user may not open.
  4060: 'PermissionDenied',
  4064: 'PermissionDenied',
  911: 'DatabaseNotFound',
  10928: 'TooManyConnections',
  10929: 'TooManyConnections',
  17809: 'TooManyConnections',
  6005: 'ServerStarting',
  17142: 'ServerStarting',
  17187: 'ServerStarting',
  40197: 'ServerStarting',
  40613: 'ServerStarting',
  18461: 'ServerStarting',
  40615: 'NotAllowed',
};

/**
 * For SQL Server, with tedious, the driver below mssql, because a check needs no pool. It verifies the chain and the
 * name together, so `verify-ca` is as strict as `verify-full`.
 */
export const sqlserver: Driver = async (ascent) => {
  const { check, enter } = ascent;
  let elsewhere: Failure | undefined;
  const connection = open(ascent, (failure) => {
    elsewhere = failure;
  });
  const said: number[] = [];
  connection.on('error', () => {});
  connection.on('secure', () => enter('auth'));
  connection.on('errorMessage', ({ number }: { number: number }) => said.push(number));
  const reasonOf = (error: unknown, otherwise: ProbeReason): ProbeReason | Failure | undefined => {
    if (elsewhere) return elsewhere;
    if (ascent.transport.fault?.detail !== undefined) return ascent.transport.fault;
    if (codeOf(error) === 'EENCRYPT') return check.tls === 'disable' ? 'TLSRequired' : 'TLSNotOffered';
    const known = said.map((number) => reasons[number]).find((reason) => reason !== undefined);
    return known ?? (said.length > 0 ? otherwise : certificateReason(error));
  };
  enter(check.tls === 'disable' ? 'auth' : 'tls');
  await explained(connected(connection), (error) => reasonOf(error, 'LoginFailed'));

  const ask = (sql: string) => explained(first(connection, sql), (error) => reasonOf(error, 'QueryFailed'));
  return {
    echo: (number) => ask(`SELECT ${number}`),
    async canWrite() {
      try {
        return (await ask(canWriteSql)) === 1 ? { privilege: 'a right to write' } : undefined;
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },
    leave: () => connection.close(),
  };
};

/** tedious waits for the rest of data that cannot be the answer to its first packet. */
const tdsFrames = (): Frames => {
  let begun = false;
  return {
    received(chunk) {
      // A tabular result: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
      if (!begun && chunk[0] !== 4) throw new Failure('ProtocolError');
      begun = true;
    },
  };
};

const open = (
  { check, secrets, transport, redirect }: Ascent,
  sentOn: (failure: Failure) => void,
): Connection => {
  const verified = check.tls.startsWith('verify');
  const ca = verified ? authorityOf(check) : undefined;
  let current: Transport | undefined;
  const use = (next: Transport): Transport => {
    current = next;
    next.frames = tdsFrames();
    next.once('close', () => {
      if (current === next) release(connection);
    });
    return next;
  };
  let connections = 0;
  const connector = async (target?: { host: string; port: number }): Promise<Transport> => {
    connections += 1;
    if (connections === 1) return use(transport);
    // A gateway, as in Azure, redirects its clients to the server and has closed the connection.
    current = undefined;
    if (connections > 2 || !target) throw new Failure('ProtocolError');
    try {
      return use(await redirect(target.host, target.port));
    } catch (error) {
      if (error instanceof Failure) sentOn(error);
      throw error;
    }
  };
  const connection = new Connection({
    server: check.host,
    authentication: {
      type: 'default',
      options: { userName: secrets['USERNAME'] ?? '', password: secrets['PASSWORD'] ?? '' },
    },
    options: {
      port: check.port,
      ...(check.params['database'] !== undefined && { database: check.params['database'] }),
      encrypt: check.tls !== 'disable',
      trustServerCertificate: !verified,
      cryptoCredentialsDetails: ca === undefined ? {} : { ca },
      connector: connector as unknown as () => Promise<Socket>,
      // The deadlines of the ladder are shorter.
      connectTimeout: (check.timeouts.connect * 4 + 10) * 1000,
      requestTimeout: 0,
      maxRetriesOnTransientErrors: 0,
      rowCollectionOnRequestCompletion: true,
      appName: 'function-mcp-probe',
    },
  });
  return connection;
};

/**
 * Releases an incomplete message. tedious waits for the rest even after the connection has closed, and keeps a timer
 * until then.
 */
const release = (connection: Connection): void => {
  const { messageIo } = connection as unknown as {
    messageIo?: { incomingMessageStream?: { currentMessage?: Readable } };
  };
  messageIo?.incomingMessageStream?.currentMessage?.on('error', () => {}).destroy();
  connection.close();
};

const connected = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });

const first = (connection: Connection, sql: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const request = new Request(sql, (error, _count, rows: { value: unknown }[][] | undefined) => {
      if (error) reject(error);
      else resolve(rows?.[0]?.[0]?.value);
    });
    connection.execSqlBatch(request);
  });

/** The cause of an error that tedious wrapped: an invalid certificate or a failed handshake. */
const certificateReason = (error: unknown): ProbeReason | undefined => {
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = tlsReason(cause);
  return reason === 'TLSFailed' && !codeOf(cause)?.startsWith('ERR_SSL_') ? undefined : reason;
};
