import type { z } from 'zod';
import { cel } from './fields.ts';

/** A rule between fields, defined for the API server (CEL) and for the function. */
export interface Rule<T> {
  rule: string;
  message: string;
  holds: (value: T) => boolean;
}

/** A schema with rules between its fields. */
export const ruled = <S extends z.ZodObject>(
  schema: S,
  rules: readonly Rule<z.output<S>>[],
  meta: { description: string },
): S =>
  schema
    .superRefine((value, context) => {
      for (const { holds, message } of rules)
        if (!holds(value)) context.addIssue({ code: 'custom', message });
    })
    .meta({ ...meta, ...cel(...rules.map(({ rule, message }) => ({ rule, message }))) });
