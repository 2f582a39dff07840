import type { DatabaseError } from 'pg';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { Failure } from '../ladder/failure.ts';

/** PgBouncer reports most of its refusals as a violation of the protocol, in English only. */
const protocolViolation = '08P01';

/** Its messages: https://github.com/pgbouncer/pgbouncer/blob/master/src/client.c and objects.c */
const messages: readonly [RegExp, ProbeReason][] = [
  [/^(?:SASL|password|PAM|ldap|certificate) authentication failed/i, 'AuthFailed'],
  [/^(?:no such user|no such database and user)/, 'AuthFailed'],
  [/^no such database/, 'DatabaseNotFound'],
  [/^no more connections allowed/, 'TooManyConnections'],
];

/** Start-up parameters that pg may send. */
const parameters = ['statement_timeout', 'application_name', 'client_encoding'];

/** The reason for a refusal by PgBouncer. Undefined for any other error. */
export const pgbouncerFailure = ({ code, message }: DatabaseError): Failure | undefined => {
  if (code !== protocolViolation) return undefined;
  const [, name] = /^unsupported startup parameter[ a-z]*: ([a-z_]+)/.exec(message) ?? [];
  if (name !== undefined) {
    const known = parameters.find((each) => each === name);
    return new Failure('UnsupportedParameter', known && `The parameter is ${known}.`);
  }
  const reason = messages.find(([pattern]) => pattern.test(message))?.[1];
  return reason && new Failure(reason);
};
