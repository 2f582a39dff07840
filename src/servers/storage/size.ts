import { z } from 'zod';

/** The size of an object: whole KiB or MiB, at most 32 MiB, because the server holds the object in memory. */
export const size = (description: string) =>
  z
    .string()
    .min(3)
    .max(8)
    .regex(
      /^([1-9][0-9]{0,3}Ki|([1-9]|[12][0-9]|3[0-2])Mi)$/,
      'must be a size such as "256Ki" or "1Mi", at most 32Mi',
    )
    .meta({ description });

const units: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 * 1024 };

/** The number of bytes in a size that {@link size} accepted. */
export const bytes = (text: string): number => Number(text.slice(0, -2)) * (units[text.slice(-2)] ?? 1);
