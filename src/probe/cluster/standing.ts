import type { View } from './view.ts';

/** No probe says that a report holds for longer: what does is not a probe's. */
const longestValidity = 24 * 3600_000;

/** Whether a report on an XR still holds at a time of day. */
export const isValid = ({ validUntil }: View, wall: number): boolean =>
  validUntil !== undefined && validUntil > wall && validUntil <= wall + longestValidity;

/** Whether an Instance's probe checks a Resource, or another's does, and until when. */
export type Standing = { probes: true } | { probes: false; until: number };

/**
 * Of the Instances that select a Resource the first by name checks it; the others only once its report is no
 * longer valid, and then for as long as no other has reported.
 */
export const standingOf = (view: View | undefined, instance: string, wall: number): Standing => {
  const first = [...(view?.selectedBy ?? []), instance].sort()[0];
  if (!view || first === instance || view.checkedBy === instance || !isValid(view, wall))
    return { probes: true };
  return { probes: false, until: view.validUntil ?? wall };
};
