import type { ProbeReason } from '../../contract/probe-reasons.ts';
import type { Rung, RunnableCheck, Secrets } from '../check.ts';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';
import type { Right } from './right.ts';

/** The input of a driver: an open connection, and the rungs of the check. */
export interface Ascent {
  check: RunnableCheck;
  secrets: Secrets;
  transport: Transport;
  /** Begins the rungs `tls` and `auth`. */
  enter: (rung: Rung) => void;
  /** Closes the connection and opens another one, within the current rung. */
  reopen: () => Promise<Transport>;
  /**
   * As `reopen`, to the destination of a redirect. Rejects with `Redirected` if the type does not allow that
   * destination.
   */
  redirect: (host: string, port: number) => Promise<Transport>;
}

/** A successful login. */
export interface Session {
  /** Has the server return this number, which proves that it understands the protocol. */
  echo: (number: number) => Promise<unknown>;
  /**
   * A right with which the user may write, as far as the server does not refuse all writes. Checks permissions only, and
   * writes nothing.
   */
  canWrite: () => Promise<Right | undefined>;
  /** Ends the session, if the protocol has a message for it. Does not wait. */
  leave: () => void;
}

/** Logs in over an open connection. Rejects with a {@link Failure}, or with the error of a driver. */
export type Driver = (ascent: Ascent) => Promise<Session>;

/**
 * The result of a login with TLS after one without TLS was refused, on a new connection. Some servers do not say that
 * they refused the login because TLS is missing.
 */
export const withTls = async (driver: Driver, ascent: Ascent): Promise<ProbeReason> => {
  try {
    const transport = await ascent.reopen();
    const check: RunnableCheck = { ...ascent.check, tls: 'require' };
    const session = await driver({ ...ascent, check, transport, enter: () => {} });
    session.leave();
    return 'Connected';
  } catch (error) {
    return error instanceof Failure ? error.reason : 'ProtocolError';
  }
};

/** Replaces the error of a driver with a reason, if `reasonOf` knows one. */
export const explained = async <T>(
  work: Promise<T>,
  reasonOf: (error: unknown) => ProbeReason | Failure | undefined,
): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = reasonOf(error);
    throw typeof reason === 'string' ? new Failure(reason) : (reason ?? error);
  }
};

/** Whether the server answered a query with an error. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Failure && (error.reason === 'QueryFailed' || error.reason === 'PermissionDenied');
