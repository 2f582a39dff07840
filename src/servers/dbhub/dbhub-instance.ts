import { z } from 'zod';
import { instanceFields, ResourceSelector } from '../../schema/instance.ts';
import { oneSpelling, readOnlyFields } from '../../schema/read-only.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { instanceStatus } from '../../schema/status.ts';

/** The built-in tools of DBHub. */
export const Operation = z.enum(['execute_sql', 'search_objects', 'explain_sql', 'health_check']);
export type Operation = z.infer<typeof Operation>;

/** The policy for every Database of an Instance. */
export const DbhubPolicy = ruled(
  z.object({
    ...readOnlyFields('Whether databases may only be read.'),
    maxRows: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .meta({ description: 'Maximum number of rows that a query returns.' }),
    allowedOperations: z
      .array(Operation)
      .min(1)
      .max(4)
      .default(['execute_sql', 'search_objects'])
      .meta({ description: 'Tools that are served for every database.' }),
  }),
  [oneSpelling],
  { description: 'Policy for every database of this Instance.' },
);
export type DbhubPolicy = z.infer<typeof DbhubPolicy>;

const notBoth: Rule<{ databaseSelector?: unknown; resourceSelector?: unknown }> = {
  rule: '!has(self.databaseSelector) || !has(self.resourceSelector)',
  message: 'databaseSelector and resourceSelector are the same field: set only one of them',
  holds: ({ databaseSelector, resourceSelector }) => !databaseSelector || !resourceSelector,
};

/** Spec of a DBHubInstance. */
export const DbhubInstanceSpec = ruled(
  z.object({
    ...instanceFields,
    databaseSelector: ResourceSelector.optional().meta({ description: 'Alias of resourceSelector.' }),
    defaultPolicy: DbhubPolicy.prefault({}).meta({
      description: 'Policy for every database of this Instance.',
    }),
  }),
  [notBoth],
  { description: 'A DBHub server that serves the selected Databases.' },
);
export type DbhubInstanceSpec = z.infer<typeof DbhubInstanceSpec>;

/** Status of a DBHubInstance. */
export const DbhubInstanceStatus = instanceStatus('databases', {
  maxRows: z.int().optional().meta({ description: 'Maximum number of rows that a query returns.' }),
});
