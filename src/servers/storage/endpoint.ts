import { z } from 'zod';
import { hostName } from '../../schema/fields.ts';

const port = '[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]';

/** A URL with nothing but a scheme, a host and a port: no user, no path, nothing that is read in several ways. */
export const endpoint = (description: string) =>
  z
    .string()
    .min(8)
    .max(267)
    .regex(
      new RegExp(`^https?://(${hostName.source.slice(1, -1)})(:(${port}))?$`),
      'must be http:// or https:// with a DNS name or an IPv4 address, and a port or none',
    )
    .meta({ description });
