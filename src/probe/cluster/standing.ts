import type { View } from './view.ts';

/** Maximum validity of a probe's report. A longer one was not written by a probe. */
const longestValidity = 24 * 3600_000;

/** Whether a report on an XR is valid at a time of day. */
export const isValid = ({ validUntil }: View, wall: number): boolean =>
  validUntil !== undefined && validUntil > wall && validUntil <= wall + longestValidity;

/** Whether the probe of this Instance checks a Resource, or another probe does, and until when. */
export type Standing = { probes: true } | { probes: false; until: number };

/**
 * Of the Instances that select a Resource, the first by name checks it. The others check it only after its report has
 * expired, and until another probe reports.
 */
export const standingOf = (view: View | undefined, instance: string, wall: number): Standing => {
  const first = [...(view?.selectedBy ?? []), instance].sort()[0];
  if (!view || first === instance || view.checkedBy === instance || !isValid(view, wall))
    return { probes: true };
  return { probes: false, until: view.validUntil ?? wall };
};
