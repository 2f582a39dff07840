import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../contract/result.ts';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const begin = '-----BEGIN CERTIFICATE-----';

/** Most certificates that one authority file may hold: the bundles of the clouds have more than a hundred. */
export const maxCertificates = 200;

/** How many certificates a PEM text seems to hold, counted before one of them is parsed; at most one above the limit. */
export const countCertificates = (pem: string): number => {
  let count = 0;
  for (let at = pem.indexOf(begin); at !== -1 && count <= maxCertificates; count++)
    at = pem.indexOf(begin, at + begin.length);
  return count;
};

/**
 * The certificates in a PEM text, and nothing else of it: what surrounds them, such as a private key, must not reach
 * a ConfigMap. The error is the end of a sentence, for a text with no certificate, with too many, or with one that
 * does not parse. Parsing one takes about 0.1 ms, so they are counted first. The result can be passed between threads.
 */
export const readAuthority = (pem: string): Result<string, string> => {
  const wrong = fail(`must contain 1 to ${maxCertificates} certificates in PEM`);
  if (countCertificates(pem) > maxCertificates) return wrong;
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) return wrong;
  try {
    return ok(blocks.map((text) => new X509Certificate(text).toString()).join(''));
  } catch {
    return wrong;
  }
};
