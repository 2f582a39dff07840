import type { SearchPolicy } from './search-instance.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** Combines the spec of a SearchEngine and the policy of its Instance. The stricter value applies. No tool writes. */
export const effectivePolicy = (spec: SearchEngineSpec, policy: SearchPolicy) => {
  const maxHits = Math.min(spec.maxHits ?? policy.maxHits, policy.maxHits);
  const capped = spec.maxHits !== undefined && maxHits < spec.maxHits;
  return {
    readOnly: true,
    ...(capped && { reason: 'CappedByPolicy' as const }),
    fields: { maxHits },
  };
};
