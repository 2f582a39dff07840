import type { Verdict } from '../verdict.ts';
import type { View } from './view.ts';

/** Why a status must be written, the most urgent first. */
export const writeKinds = ['change', 'heartbeat', 'standing'] as const;
export type WriteKind = (typeof writeKinds)[number];

/** What is known about one Resource, in this process and in the cluster. */
export interface Known {
  instance: string;
  /** Absent if the cluster has not answered yet. */
  view?: View;
  /** Whether this probe checks it. Undefined until that is known. */
  probes?: boolean;
  verdict?: Verdict;
  /** The last write: `checkedAt` of the verdict, and the time of day. */
  written?: { checkedAt: number; wall: number };
}

/** Maximum clock difference between machines of a cluster. */
const clockSkew = 60_000;

/**
 * Milliseconds between two writes without a change. They respect the limit of Crossplane's circuit breaker: each write
 * costs every Instance that selects the Resource two tokens, and an Instance regains one token per second.
 */
export const heartbeatOf = (targets: number, interval: number): number =>
  Math.max(10 * 60_000, targets * 8_000, interval);

/** A report is valid for three heartbeats, so one may fail and one may be late. */
export const validity = (heartbeat: number): number => 3 * heartbeat;

/** Why the status of a Resource must be written now, or undefined. */
export const needOf = (known: Known, wall: number): WriteKind | undefined => {
  const { view, verdict, instance, probes } = known;
  if (probes === false) return view && !standsBy(view, instance) ? 'standing' : undefined;
  if (!verdict) return undefined;
  if (!view || saysOther(view, verdict, instance)) return 'change';
  if (known.written?.checkedAt !== verdict.checkedAt && isDue(view, known.written?.wall, wall))
    return 'heartbeat';
  return view.selectedBy.includes(instance) ? undefined : 'standing';
};

/** Whether our entry exists, and no report of this probe that another probe could not remove. */
const standsBy = (view: View, instance: string): boolean =>
  view.selectedBy.includes(instance) && !(view.ownsReport && view.checkedBy !== instance);

const saysOther = (view: View, verdict: Verdict, instance: string): boolean =>
  view.phase !== verdict.phase ||
  view.reason !== verdict.reason ||
  view.message !== verdict.message ||
  view.checkedSpec !== verdict.checkedSpec ||
  view.checkedBy !== instance ||
  view.lastChecked === undefined ||
  view.validUntil === undefined;

/**
 * Whether a heartbeat has passed since the report was written, by the clock of its readers. Also true if that clock was
 * set back, because the report would be valid for too long.
 */
const isDue = (
  { lastChecked = 0, validUntil = 0 }: View,
  written: number | undefined,
  wall: number,
): boolean =>
  wall >= (written ?? lastChecked) + (validUntil - lastChecked) / 3 || lastChecked > wall + clockSkew;

/** The remaining validity of a report in milliseconds. The shortest is written first. */
export const remaining = ({ validUntil = 0 }: View, wall: number): number => validUntil - wall;
