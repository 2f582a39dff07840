import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { codeOf } from './failure.ts';

/** Reasons for errors of the operating system (errno(3)) and of Node streams. */
const reasons: Readonly<Record<string, ProbeReason>> = {
  ECONNREFUSED: 'ConnectionRefused',
  ECONNRESET: 'ConnectionReset',
  ECONNABORTED: 'ConnectionReset',
  EPIPE: 'ConnectionReset',
  ERR_STREAM_DESTROYED: 'ConnectionReset',
  ERR_STREAM_WRITE_AFTER_END: 'ConnectionReset',
  EHOSTUNREACH: 'Unreachable',
  EHOSTDOWN: 'Unreachable',
  ENETUNREACH: 'Unreachable',
  ENETDOWN: 'Unreachable',
  EADDRNOTAVAIL: 'Unreachable',
  EACCES: 'Unreachable',
  EPERM: 'Unreachable',
  ETIMEDOUT: 'ConnectTimeout',
};

export const networkReason = (error: unknown): ProbeReason | undefined => {
  // If a host has several addresses, a refused connection is more informative than an unreachable network.
  const causes = error instanceof AggregateError ? error.errors : [error];
  const found = causes.map((cause) => reasons[codeOf(cause) ?? '']);
  return (
    found.find((reason) => reason === 'ConnectionRefused') ?? found.find((reason) => reason !== undefined)
  );
};
