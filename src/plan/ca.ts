import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../contract/result.ts';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const begin = '-----BEGIN CERTIFICATE-----';

/** Maximum number of certificates in one file. The bundles of cloud providers contain more than a hundred. */
export const maxCertificates = 200;

/** Maximum length of one certificate in PEM. */
const maxLength = 64 * 1024;

/** Counts the certificates in a PEM text before any of them is parsed. Stops at one above the limit. */
export const countCertificates = (pem: string): number => {
  let count = 0;
  for (let at = pem.indexOf(begin); at !== -1 && count <= maxCertificates; count++)
    at = pem.indexOf(begin, at + begin.length);
  return count;
};

/**
 * Returns the certificates in a PEM text, and nothing else from it: other content, such as a private key, must not
 * reach a ConfigMap. The error completes a sentence, for a text with no certificate, too many certificates, or an
 * invalid certificate. The certificates are counted first, and equal ones are parsed once, because parsing one takes
 * about 0.1 ms. The result can be passed between threads.
 */
export const readAuthority = (pem: string): Result<string, string> => {
  const wrong = fail(`must contain 1 to ${maxCertificates} certificates in PEM`);
  if (countCertificates(pem) > maxCertificates) return wrong;
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) return wrong;
  if (blocks.some(({ length }) => length > maxLength))
    return fail(`must not contain a certificate that is longer than ${maxLength / 1024} KiB`);
  try {
    const parsed = new Map([...new Set(blocks)].map((text) => [text, new X509Certificate(text).toString()]));
    return ok(blocks.map((text) => parsed.get(text)).join(''));
  } catch {
    return wrong;
  }
};
