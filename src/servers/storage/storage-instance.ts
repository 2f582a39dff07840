import { z } from 'zod';
import { instanceFields } from '../../schema/instance.ts';
import { oneSpelling, readOnlyFields } from '../../schema/read-only.ts';
import { ruled } from '../../schema/rules.ts';
import { instanceStatus } from '../../schema/status.ts';
import { size } from './size.ts';

/** The policy for every StorageBucket of an Instance. */
export const StoragePolicy = ruled(
  z.object({
    ...readOnlyFields('Whether buckets may only be read.'),
    maxGetSize: size('Maximum size of an object that is read.').default('1Mi'),
    maxPutSize: size('Maximum size of an object that is written.').default('1Mi'),
  }),
  [oneSpelling],
  { description: 'Policy for every bucket of this Instance.' },
);
export type StoragePolicy = z.infer<typeof StoragePolicy>;

/** Spec of a StorageMCPInstance. */
export const StorageInstanceSpec = z
  .object({
    ...instanceFields,
    defaultPolicy: StoragePolicy.prefault({}).meta({
      description: 'Policy for every bucket of this Instance.',
    }),
  })
  .meta({ description: 'A server for objects in the selected StorageBuckets.' });
export type StorageInstanceSpec = z.infer<typeof StorageInstanceSpec>;

/** Status of a StorageMCPInstance. */
export const StorageInstanceStatus = instanceStatus('buckets', {
  maxGetSize: z.string().max(8).optional().meta({ description: 'Maximum size of an object that is read.' }),
  maxPutSize: z
    .string()
    .max(8)
    .optional()
    .meta({ description: 'Maximum size of an object that is written.' }),
});
