import { z } from 'zod';
import { cel } from '../../schema/fields.ts';
import { instanceFields, ResourceSelector } from '../../schema/instance.ts';
import { instanceStatusFields, resourceEntryFields } from '../../schema/status.ts';

/** The tools that DBHub has built in. */
export const Operation = z.enum(['execute_sql', 'search_objects', 'explain_sql', 'health_check']);
export type Operation = z.infer<typeof Operation>;

/** What every Database of an Instance may be used for. */
export const DbhubPolicy = z.object({
  readonly: z.boolean().default(true).meta({ description: 'Whether databases may only be read.' }),
  maxRows: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .meta({ description: 'Rows that a query returns at most.' }),
  allowedOperations: z
    .array(Operation)
    .min(1)
    .max(4)
    .default(['execute_sql', 'search_objects'])
    .meta({ description: 'Tools that are served for every database.' }),
});
export type DbhubPolicy = z.infer<typeof DbhubPolicy>;

const notBoth = {
  rule: '!has(self.databaseSelector) || !has(self.resourceSelector)',
  message: 'databaseSelector is another name of resourceSelector: give one of them',
};

/** Spec of a DBHubInstance. */
export const DbhubInstanceSpec = z
  .object({
    ...instanceFields,
    databaseSelector: ResourceSelector.optional().meta({ description: 'Another name of resourceSelector.' }),
    defaultPolicy: DbhubPolicy.prefault({}).meta({
      description: 'Policy for every database of this Instance.',
    }),
  })
  .superRefine((spec, context) => {
    if (spec.databaseSelector && spec.resourceSelector)
      context.addIssue({ code: 'custom', message: notBoth.message });
  })
  .meta({ description: 'A DBHub server that serves the Databases it selects.', ...cel(notBoth) });
export type DbhubInstanceSpec = z.infer<typeof DbhubInstanceSpec>;

/** Status of a DBHubInstance. */
export const DbhubInstanceStatus = z
  .object({
    ...instanceStatusFields,
    resources: z
      .array(
        z.object({
          ...resourceEntryFields,
          readonly: z.boolean().optional().meta({ description: 'Whether it is served for reading only.' }),
          maxRows: z.int().optional().meta({ description: 'Rows that a query returns at most.' }),
        }),
      )
      .max(500)
      .optional()
      .meta({ description: 'The selected databases, and how each is served.' }),
  })
  .meta({ description: 'What is served, and how well.' });
