import { z } from 'zod';
import { hostName } from '../../schema/fields.ts';

const port = '[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]';

/** A URL that consists of a scheme, a host and an optional port. All parsers of URLs read it in the same way. */
export const endpoint = (description: string) =>
  z
    .string()
    .min(8)
    .max(267)
    .regex(
      new RegExp(`^https?://(${hostName.source.slice(1, -1)})(:(${port}))?$`),
      'must be http:// or https:// with a DNS name or an IPv4 address, and an optional port',
    )
    .meta({ description });
