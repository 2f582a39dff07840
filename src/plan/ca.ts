import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Most certificates that one authority file may hold: the bundles of the clouds have more than a hundred. */
export const maxCertificates = 200;

/**
 * The certificates in a PEM text, and nothing else of it: what surrounds them, such as a private key,
 * must not reach a ConfigMap. Undefined where there is none, too many, or one that does not parse.
 */
export const certificatesIn = (pem: string): string | undefined => {
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0 || blocks.length > maxCertificates) return undefined;
  try {
    return blocks.map((text) => new X509Certificate(text).toString()).join('');
  } catch {
    return undefined;
  }
};
