import { z } from 'zod';
import { cel, hostileMarks, hostileMessage, hostileRule } from '../../schema/fields.ts';

/** Everything except control characters, "\" and "/", which servers could read as another key. */
const others = String.raw`\x00-\x1f\x7f-\x9f/\\`;
const [any, noDot] = [`[^${others}]`, `[^.${others}]`];

/** A segment of a key. It is not empty, "." or "..". */
const segment = `(${noDot}${any}*|\\.${noDot}${any}*|\\.\\.${any}+)`;

/** Half of what S3 allows for a key. The number of UTF-16 units and of characters is not larger. */
const maxBytes = 512;

const lengthRule = {
  rule: `size(bytes(self)) <= ${maxBytes}`,
  message: `must not be longer than ${maxBytes} bytes in UTF-8`,
};

/**
 * The prefix of keys. It must end with "/", because otherwise `reports` would include `reports-of-others/`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const prefix = (description: string) =>
  z
    .string()
    .min(2)
    .max(maxBytes)
    .regex(
      new RegExp(`^(${segment}/)+$`),
      'must end with "/", such as "reports/2026/", and must not have empty, "." or ".." segments, control characters or "\\"',
    )
    .refine((value) => Buffer.byteLength(value) <= maxBytes, lengthRule.message)
    .refine((value) => hostileMarks.every((mark) => !value.includes(mark)), hostileMessage)
    .meta({ description, ...cel(lengthRule, hostileRule) });
