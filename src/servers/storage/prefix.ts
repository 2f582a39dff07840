import { z } from 'zod';

const mark = 'A-Za-z0-9!_*()&@:,=+;~ ';
const [any, noDot] = [`[-.${mark}]`, `[-${mark}]`];

/** A segment of characters that are safe in keys. It is not empty, "." or "..". */
const segment = `(${noDot}${any}*|\\.${noDot}${any}*|\\.\\.${any}+)`;

/**
 * The prefix of keys. It must end with "/", because otherwise `reports` would include `reports-of-others/`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const prefix = (description: string) =>
  z
    .string()
    .min(2)
    .max(512)
    .regex(
      new RegExp(`^(${segment}/)+$`),
      'must end with "/", such as "reports/2026/", and must not have empty, "." or ".." segments',
    )
    .meta({ description });
