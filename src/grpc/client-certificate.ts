import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** OID of the extended key usage of TLS clients (RFC 5280, 4.2.1.12). */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/**
 * Why a client is refused, or undefined if it may go on.
 *
 * Crossplane's root and its leaf certificates all have the same name and the leaves no authority key
 * identifier, so OpenSSL takes a leaf for a self-signed certificate and looks no further
 * (https://github.com/crossplane/crossplane/blob/v2.4.0/internal/initializer/tls.go). In that case alone we
 * look ourselves: signed by a CA of ours, within its time, and for clients. That its owner holds the key,
 * the handshake has proved.
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
