import { z } from 'zod';
import { hostName } from '../../schema/fields.ts';

/** A path without dot segments, which would change the path when it is resolved. */
const path = '(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?';
const port = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
const host = hostName.source.slice(1, -1);

/**
 * The URL of an API: http or https, a host, and an optional port and path. Parts that parsers of URLs read in different
 * ways are refused: user, query, fragment, escapes, and numbers as hosts. https://url.spec.whatwg.org/
 */
export const baseUrl = (description: string) =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(
      new RegExp(`^https?://${host}(:${port})?${path}$`),
      'must be an http or https URL with a host and an optional port and path, such as "https://api.example.com/v1"',
    )
    .meta({ description });

/** The parts of a base URL that {@link baseUrl} accepted. */
export interface Base {
  tls: boolean;
  host: string;
  port: number;
  /** Without a final slash: empty, or such as `/v1`. */
  path: string;
}

const parts = /^(https?):\/\/([^/:]+)(?::([0-9]+))?(.*)$/;

/** The parts of a base URL. */
export const baseOf = (url: string): Base => {
  const [, scheme, name = '', number, rest = ''] = parts.exec(url) ?? [];
  const tls = scheme === 'https';
  return {
    tls,
    host: name,
    port: number === undefined ? (tls ? 443 : 80) : Number(number),
    path: rest.replace(/\/$/, ''),
  };
};
