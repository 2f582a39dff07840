import { z } from 'zod';
import { parseCidr } from './ip.ts';

const cidrs = z
  .array(z.string().refine((text) => parseCidr(text) !== undefined))
  .readonly()
  .optional();

/** `PlatformRanges` of `addresses.ts` in a file that the function writes. */
export const PlatformRanges = z.object({ inside: cidrs, node: cidrs, never: cidrs });
