import { z } from 'zod';
import type { Rule } from './rules.ts';

/**
 * The fields of an Instance's policy that say whether its Resources may only be read. Neither has a default in the
 * schema, because the API server would add it beside the other spelling, and the two could contradict each other.
 */
export const readOnlyFields = (description: string) => ({
  readOnly: z
    .boolean()
    .optional()
    .meta({ description: `${description} The default is true.` }),
  readonly: z.boolean().optional().meta({ description: 'Former spelling of readOnly.' }),
});

/** The part of a policy that {@link mayWrite} reads. */
export interface ReadOnlyPolicy {
  readOnly?: boolean | undefined;
  readonly?: boolean | undefined;
}

/** The two spellings must agree. */
export const oneSpelling: Rule<ReadOnlyPolicy> = {
  rule: '!has(self.readOnly) || !has(self.readonly) || self.readOnly == self.readonly',
  message: 'readonly is the former spelling of readOnly: remove readonly, or give both the same value',
  holds: ({ readOnly, readonly }) =>
    readOnly === undefined || readonly === undefined || readOnly === readonly,
};

/** Whether a Resource may be written to: only if neither it nor the policy says that it is read-only. */
export const mayWrite = (
  { readOnly: resource }: { readOnly?: boolean | undefined },
  { readOnly, readonly }: ReadOnlyPolicy,
): boolean => resource !== true && !(readOnly ?? readonly ?? true);
