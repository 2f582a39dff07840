import { z } from 'zod';

const mark = 'A-Za-z0-9!_*()&@:,=+;~ ';
const [any, noDot] = [`[-.${mark}]`, `[-${mark}]`];

/** Characters that are safe in keys, in segments that are neither empty nor "." nor "..". */
const segment = `(${noDot}${any}*|\\.${noDot}${any}*|\\.\\.${any}+)`;

/**
 * What keys begin with. It ends with "/", or `reports` would stand for `reports-of-others/` as well.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const prefix = (description: string) =>
  z
    .string()
    .min(2)
    .max(512)
    .regex(
      new RegExp(`^(${segment}/)+$`),
      'must end with "/", as "reports/2026/", and have no segment that is empty, "." or ".."',
    )
    .meta({ description });
