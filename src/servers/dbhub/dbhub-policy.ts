import { mayWrite } from '../../schema/read-only.ts';
import type { DbhubPolicy } from './dbhub-instance.ts';
import type { DatabaseSpec } from './dbhub-resource.ts';

/** Combines the spec of a Database and the policy of its Instance. The stricter value applies. */
export const effectivePolicy = (spec: DatabaseSpec, policy: DbhubPolicy) => {
  const maxRows = Math.min(spec.maxRows ?? policy.maxRows, policy.maxRows);
  const capped = spec.maxRows !== undefined && maxRows < spec.maxRows;
  return {
    readOnly: !mayWrite(spec, policy),
    ...(capped && { reason: 'CappedByPolicy' as const }),
    fields: { maxRows },
  };
};
