import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import type { RunnableCheck } from '../check.ts';
import { codeOf, Failure } from './failure.ts';
import { networkReason } from './network.ts';

/** Node's codes for certificate errors of OpenSSL: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const reasons: Readonly<Record<string, ProbeReason>> = {
  CERT_HAS_EXPIRED: 'TLSExpired',
  CERT_NOT_YET_VALID: 'TLSExpired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLSNameMismatch',
  HOSTNAME_MISMATCH: 'TLSNameMismatch',
  UNABLE_TO_GET_ISSUER_CERT: 'TLSUntrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLSUntrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLSUntrusted',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'TLSUntrusted',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'TLSUntrusted',
  CERT_SIGNATURE_FAILURE: 'TLSUntrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLSUntrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLSUntrusted',
  CERT_CHAIN_TOO_LONG: 'TLSUntrusted',
  CERT_REVOKED: 'TLSUntrusted',
  INVALID_CA: 'TLSUntrusted',
  PATH_LENGTH_EXCEEDED: 'TLSUntrusted',
  INVALID_PURPOSE: 'TLSUntrusted',
  CERT_UNTRUSTED: 'TLSUntrusted',
  CERT_REJECTED: 'TLSUntrusted',
};

export const tlsReason = (error: unknown): ProbeReason =>
  error instanceof Failure
    ? error.reason
    : (reasons[codeOf(error) ?? ''] ?? networkReason(error) ?? 'TLSFailed');

/**
 * The certificate authority to trust. Undefined for the default authorities of Node, as in DBHub. Throws if the file
 * that the check names is empty.
 */
export const authorityOf = ({ ca, caPem }: RunnableCheck): string | undefined => {
  if (ca === undefined && caPem === undefined) return undefined;
  if (!caPem?.includes('-----BEGIN')) throw new Failure('TLSUntrusted');
  return caPem;
};

/**
 * Starts a TLS handshake over a connected socket. `require` accepts any certificate, `verify-ca` verifies the chain,
 * and `verify-full` also verifies the name.
 */
export const startTls = (socket: Socket, check: RunnableCheck): TLSSocket => {
  const host = (check.name ?? check.host).replace(/\.$/, '');
  const verified = check.tls !== 'require';
  const ca = verified ? authorityOf(check) : undefined;
  return connect({
    socket,
    // An address has no server name (RFC 6066, section 3). It is compared with the addresses in the certificate.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: verified,
    checkServerIdentity: check.tls === 'verify-full' ? identityOf(check) : () => undefined,
  });
};

/** The certificate of a Service that the tenant refers to by a shorter name may contain either name. */
const identityOf =
  ({ name, host }: RunnableCheck): typeof checkServerIdentity =>
  (called, certificate) => {
    const wrong = checkServerIdentity(called, certificate);
    return wrong && name !== undefined ? checkServerIdentity(host, certificate) : wrong;
  };
