import { z } from 'zod';
import { cidrText, parseCidr } from '../contract/ip.ts';
import { type CelRule, cel } from './fields.ts';

const range: CelRule = {
  rule: 'isCIDR(self) && cidr(self).prefixLength() > 0',
  message: 'must be an IPv4 or IPv6 range such as "10.96.0.1/32", with a prefix length above 0',
};

/** A list of address ranges, with their host bits cleared. */
export const cidrs = (description: string) =>
  z
    .array(
      z
        .string()
        .max(49)
        .refine((text) => (parseCidr(text)?.prefix ?? 0) > 0, range.message)
        .overwrite((text) => {
          const block = parseCidr(text);
          return block ? cidrText(block) : text;
        })
        .meta(cel(range)),
    )
    .max(64)
    .default([])
    .meta({ description });
