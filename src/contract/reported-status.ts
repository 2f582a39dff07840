import { listAt, stringAt } from './observed.ts';
import { ResourcePhase } from './phase.ts';

/** What can be said of a Resource from what the probe wrote on it. */
export interface ReportedStatus {
  phase: ResourcePhase;
  /** A stable word; `Stale`, `Checking`, `NotSelected` and `NotChecked` are ours, the others the probe's. */
  reason?: string;
  /** Until when it holds, in milliseconds since the epoch. */
  validUntil?: number;
}

/**
 * Weighs a Resource's status. It is a tenant's input: a report counts only while it is valid, and only if
 * it is about the current spec (undefined: one that does not parse, which nobody can have checked).
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
