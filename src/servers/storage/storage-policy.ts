import { mayWrite } from '../../schema/read-only.ts';
import type { Effective } from '../server-type.ts';
import { bytes } from './size.ts';
import type { StoragePolicy } from './storage-instance.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** Combines the spec of a StorageBucket and the policy of its Instance. The stricter value applies. */
export const effectivePolicy = (spec: StorageBucketSpec, policy: StoragePolicy) => {
  const maxGetSize = smaller(spec.maxGetSize, policy.maxGetSize);
  const maxPutSize = smaller(spec.maxPutSize, policy.maxPutSize);
  const readOnly = !mayWrite(spec, policy);
  const capped =
    isCapped(spec.maxGetSize, policy.maxGetSize) ||
    (!readOnly && isCapped(spec.maxPutSize, policy.maxPutSize));
  return {
    readOnly,
    ...(capped && { reason: 'CappedByPolicy' as const }),
    fields: { maxGetSize, ...(!readOnly && { maxPutSize }) },
  } satisfies Effective;
};

const isCapped = (wanted: string | undefined, most: string): boolean =>
  wanted !== undefined && bytes(most) < bytes(wanted);

const smaller = (wanted: string | undefined, most: string): string =>
  wanted === undefined || isCapped(wanted, most) ? most : wanted;
