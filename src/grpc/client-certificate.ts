import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** OID of the extended key usage of TLS clients (RFC 5280, 4.2.1.12). */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/**
 * Why a client is refused. Undefined if it is accepted.
 *
 * Crossplane's root and leaf certificates have the same name, and the leaves have no authority key identifier, so OpenSSL
 * treats a leaf as a self-signed certificate and stops
 * (https://github.com/crossplane/crossplane/blob/v2.4.0/internal/initializer/tls.go). Only in that case, this function
 * checks that the certificate is signed by one of our authorities, is valid now, and is for clients. The handshake has
 * proved that the client has the key.
 */
export const refusalOf = (
  socket: TLSSocket,
  authorities: readonly X509Certificate[],
  now = Date.now(),
): string | undefined => {
  if (socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return 'no client certificate';
  const reason = String(socket.authorizationError);
  if (!reason.endsWith('SELF_SIGNED_CERT')) return reason;
  if (!authorities.some((authority) => isIssuer(authority, certificate))) return 'not signed by the CA';
  if (!(certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime()))
    return 'expired, or not valid yet';
  if (certificate.ca || !(certificate.keyUsage ?? [CLIENT_AUTH]).includes(CLIENT_AUTH))
    return 'not a certificate for clients';
  return undefined;
};

const isIssuer = (authority: X509Certificate, certificate: X509Certificate): boolean =>
  authority.ca && authority.subject === certificate.issuer && certificate.verify(authority.publicKey);
