import type { EventEmitter } from 'node:events';
import pg from 'pg';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';
import { type Ascent, type Driver, explained, isRefusal, withTls } from './driver.ts';
import { pgbouncerFailure } from './pgbouncer-errors.ts';
import { postgresFrames } from './postgres-frames.ts';
import { rightOf, writesSql } from './postgres-writes.ts';
import { isPrepared } from './saslprep.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const reasons: Readonly<Record<string, ProbeReason>> = {
  '28000': 'AuthFailed',
  '28P01': 'AuthFailed',
  '3D000': 'DatabaseNotFound',
  '42501': 'PermissionDenied',
  '53300': 'TooManyConnections',
  '57014': 'Timeout',
  '57P01': 'ServerStarting',
  '57P02': 'ServerStarting',
  '57P03': 'ServerStarting',
  '57P04': 'DatabaseNotFound',
};

export const postgres: Driver = async (ascent) => {
  const { check, secrets, transport, enter } = ascent;
  const user = secrets['USERNAME'];
  const password = secrets['PASSWORD'] ?? '';
  // By default, pg uses the environment and the user of the operating system.
  if (!user) throw new Failure('AuthFailed');
  if (check.tls !== 'disable') {
    enter('tls');
    await requestTls(transport);
    await transport.secure(check);
  }
  enter('auth');
  transport.frames = postgresFrames();
  const client = new pg.Client({
    user,
    // A function, because pg would look for a file if the password is empty.
    password: () => password,
    database: check.params['database'] ?? '',
    host: check.host,
    ssl: false,
    stream: () => transport,
    application_name: 'function-mcp-probe',
    // DBHub sends it too, and some poolers refuse it.
    ...(check.params['pooler'] === undefined && {
      statement_timeout: Math.ceil(check.timeouts.query * 1000),
    }),
  });
  client.on('error', () => {});
  let scram = false;
  (client as unknown as { connection: EventEmitter }).connection.once('authenticationSASL', () => {
    scram = true;
  });
  try {
    await client.connect();
    if (scram && isPrepared(password)) throw new Failure('AuthFailed', unprepared);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code !== undefined) {
      if (isShutOut(error)) throw new Failure(await shutOut(ascent));
      if (isLimit(error)) throw new Failure('UserLimit');
      throw pgbouncerFailure(error) ?? new Failure(reasons[error.code] ?? 'LoginFailed');
    }
    // SCRAM requires a password.
    if (password === '' && !transport.fault) throw new Failure('AuthFailed');
    throw error;
  }

  const first = async (sql: string): Promise<unknown[] | undefined> => {
    const answer = client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return (await explained(answer, queryReason)).rows[0];
  };
  return {
    echo: async (number) => (await first(`SELECT ${number}`))?.[0],
    async canWrite() {
      try {
        return rightOf(await first(writesSql));
      } catch (error) {
        // A server that supports the protocol but is not PostgreSQL may lack these functions. Then nothing is known.
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },
    leave() {
      client.end().catch(() => {});
    },
  };
};

/**
 * Requests TLS and reads the one byte that the server answers:
 * https://www.postgresql.org/docs/current/protocol-flow.html
 */
const requestTls = async (transport: Transport): Promise<void> => {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    transport
      .once('data', resolve)
      .once('error', reject)
      .once('close', () => reject(new Failure('ConnectionReset')));
    transport.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  });
  transport.pause();
  const said = answer.toString('latin1');
  if (said === 'N') throw new Failure('TLSNotOffered');
  // More bytes may come from an attacker who wants them to be mistaken for the server's (CVE-2021-23222).
  if (said !== 'S') throw new Failure('ProtocolError');
};

/** Refused by pg_hba.conf, before the server asks for a password. */
const isShutOut = ({ code, routine }: pg.DatabaseError): boolean =>
  code === '28000' && routine === 'ClientAuthentication';

/** The CONNECTION LIMIT of the role or of the database, after a successful login. Servers translate their messages. */
const isLimit = ({ code, routine }: pg.DatabaseError): boolean =>
  code === '53300' && (routine === 'InitializeSessionUserId' || routine === 'CheckMyDatabase');

const unprepared =
  'PostgreSQL normalizes this password (SASLprep), and the MCP server does not. Use a password of ASCII characters.';

/** A user who must use TLS is refused without it, and gets further with it. */
const shutOut = async (ascent: Ascent): Promise<ProbeReason> => {
  if (ascent.check.tls !== 'disable') return 'NotAllowed';
  const reason = await withTls(postgres, ascent);
  return reason === 'Connected' || Object.values(reasons).includes(reason) ? 'TLSRequired' : 'NotAllowed';
};

const queryReason = (error: unknown): ProbeReason | undefined =>
  error instanceof pg.DatabaseError && error.code !== undefined
    ? (reasons[error.code] ?? 'QueryFailed')
    : undefined;
