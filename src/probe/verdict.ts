import type { ResourcePhase } from '../contract/phase.ts';
import { type ProbeReason, probeReasons } from '../contract/probe-reasons.ts';
import type { Target } from '../contract/targets.ts';
import type { Report } from './check.ts';

/** The probe's result for a Resource, to be written to its status. */
export interface Verdict {
  phase: ResourcePhase;
  reason: string;
  message: string;
  /** Hash of the spec that was checked. */
  checkedSpec: string;
  /** When the check ended, on the monotonic clock. */
  checkedAt: number;
  /** Absent if nothing was checked. */
  latencyMs?: number;
}

const longest = { reason: 64, message: 512 };

/** The verdict of a check that ran. */
export const verdictOfReport = (
  { specHash }: Target,
  { reason, detail, latencyMs }: Report,
  checkedAt: number,
): Verdict => ({
  ...verdictOfReason(specHash, reason, checkedAt),
  ...(detail !== undefined && {
    message: `${probeReasons[reason].message} ${detail}`.slice(0, longest.message),
  }),
  latencyMs: Math.max(0, Math.round(latencyMs)),
});

/** A verdict without a check. */
export const verdictOfReason = (checkedSpec: string, reason: ProbeReason, checkedAt: number): Verdict => ({
  phase: probeReasons[reason].phase,
  reason,
  message: probeReasons[reason].message,
  checkedSpec,
  checkedAt,
});

/** The plan's verdict on a target that is not usable, or the reason why it cannot be checked. */
export const verdictWithoutCheck = ({ specHash, problem }: Target, checkedAt: number): Verdict =>
  problem
    ? {
        phase: 'Failed',
        reason: problem.reason.slice(0, longest.reason),
        message: problem.message.slice(0, longest.message),
        checkedSpec: specHash,
        checkedAt,
      }
    : verdictOfReason(specHash, 'NotCheckable', checkedAt);
