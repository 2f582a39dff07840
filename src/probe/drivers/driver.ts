import type { ProbeReason } from '../../contract/probe-reasons.ts';
import type { Rung, RunnableCheck, Secrets } from '../check.ts';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';

/** What a driver is given: a connection that is open, and the ladder's clock. */
export interface Ascent {
  check: RunnableCheck;
  secrets: Secrets;
  transport: Transport;
  /** Begins the rungs `tls` and `auth`. */
  enter: (rung: Rung) => void;
  /** Closes the connection and opens another; within the current rung. */
  reopen: () => Promise<Transport>;
  /** As `reopen`, to where the server sends its clients on. Rejects with `Redirected` where the type knows no such place. */
  redirect: (host: string, port: number) => Promise<Transport>;
}

/** A log-in that worked. */
export interface Session {
  /** Has the server answer with this very number, as no peer does that only happens to send something. */
  echo: (number: number) => Promise<unknown>;
  /** Whether the user has a right to write anywhere: what it may do, not what it does. */
  canWrite: () => Promise<boolean>;
  /** Says goodbye, where the protocol has a word for it; does not wait. */
  leave: () => void;
}

/** Climbs from an open connection to a log-in. Rejects with a {@link Failure}, or with what a driver threw. */
export type Driver = (ascent: Ascent) => Promise<Session>;

/**
 * What comes of a log-in with TLS where one without was refused, on a connection after the other: some
 * servers only say that they refuse, and not that TLS is what they miss.
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

/** Turns what a driver rejects with into the reason, where `reasonOf` knows one. */
export const explained = async <T>(
  work: Promise<T>,
  reasonOf: (error: unknown) => ProbeReason | undefined,
): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Failure ? error.reason : reasonOf(error);
    throw reason ? new Failure(reason) : error;
  }
};

/** Whether the server answered a query, and its answer was no. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Failure && (error.reason === 'QueryFailed' || error.reason === 'PermissionDenied');
