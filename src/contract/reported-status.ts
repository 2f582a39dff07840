import { listAt, stringAt } from './observed.ts';
import { ResourcePhase } from './phase.ts';

/** The current state of a Resource, according to the report that the probe wrote into its status. */
export interface ReportedStatus {
  phase: ResourcePhase;
  /** A stable word. The function sets `Stale`, `Checking`, `NotSelected` and `NotChecked`, the probe sets the others. */
  reason?: string;
  /** When the report expires, in milliseconds since the epoch. */
  validUntil?: number;
}

/**
 * Evaluates the status of a Resource. A tenant can edit it, so a report counts only until it expires, and only if it
 * is about the current spec. `specHash` is undefined for an invalid spec, which no probe can have checked.
 */
export const reportedStatusOf = (xr: unknown, specHash: string | undefined, now: number): ReportedStatus => {
  if (!stringAt(xr, 'status', 'lastChecked')) {
    return { phase: 'Pending', reason: selectedBy(xr) ? 'NotChecked' : 'NotSelected' };
  }
  if (specHash === undefined || stringAt(xr, 'status', 'checkedSpec') !== specHash)
    return { phase: 'Pending', reason: 'Checking' };
  const validUntil = Date.parse(stringAt(xr, 'status', 'validUntil') ?? '');
  if (!(validUntil > now)) return { phase: 'Pending', reason: 'Stale' };
  const phase = ResourcePhase.safeParse(stringAt(xr, 'status', 'phase'));
  const reason = stringAt(xr, 'status', 'reason');
  return {
    phase: phase.success ? phase.data : 'Pending',
    ...(reason !== undefined && /^[A-Za-z]{1,64}$/.test(reason) && { reason }),
    validUntil,
  };
};

const selectedBy = (xr: unknown): boolean => listAt(xr, 'status', 'selectedBy').length > 0;
