import { z } from 'zod';
import { hostName } from '../../schema/fields.ts';

/** A path without dot segments, so that what a URL names is what it says. */
const path = '(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?';
const port = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
const host = hostName.source.slice(1, -1);

/**
 * Where an API is: http or https, a host, perhaps a port and a path. Nothing that parsers of URLs read in more
 * than one way: no user, no query, no fragment, no escapes, no number for a host. https://url.spec.whatwg.org/
 */
export const baseUrl = (description: string) =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(
      new RegExp(`^https?://${host}(:${port})?${path}$`),
      'must be an http or https URL of a host, with a port and a path at most, such as "https://api.example.com/v1"',
    )
    .meta({ description });

/** A base URL that {@link baseUrl} accepted, in its parts. */
export interface Base {
  tls: boolean;
  host: string;
  port: number;
  /** Without a slash at its end: empty, or `/v1`. */
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

/** A base without its path, as a URL: `https://api.example.com:8443`. */
export const originOf = ({ tls, host, port }: Base): string => `${tls ? 'https' : 'http'}://${host}:${port}`;
