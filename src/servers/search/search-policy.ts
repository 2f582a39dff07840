import type { SearchPolicy } from './search-instance.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** The stricter of what a SearchEngine asks for and what its Instance allows; no tool of any writes. */
export const effectivePolicy = (spec: SearchEngineSpec, policy: SearchPolicy) => {
  const maxHits = Math.min(spec.maxHits ?? policy.maxHits, policy.maxHits);
  const capped = spec.maxHits !== undefined && maxHits < spec.maxHits;
  return {
    readOnly: true,
    ...(capped && { reason: 'CappedByPolicy' as const }),
    fields: { maxHits },
  };
};
