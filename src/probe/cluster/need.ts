import type { Verdict } from '../verdict.ts';
import type { View } from './view.ts';

/** Why a status is to be written, the most urgent first. */
export const writeKinds = ['change', 'heartbeat', 'standing'] as const;
export type WriteKind = (typeof writeKinds)[number];

/** What is known of one Resource, here and in the cluster. */
export interface Known {
  instance: string;
  /** Absent where the cluster has not answered yet. */
  view?: View;
  /** Whether it is ours to check; undefined until that is known. */
  probes?: boolean;
  verdict?: Verdict;
  /** What we last wrote: `checkedAt` of the verdict, and the time of day of the write. */
  written?: { checkedAt: number; wall: number };
}

/** Clocks of the machines of a cluster differ by less. */
const clockSkew = 60_000;

/**
 * Milliseconds from one write that says nothing new to the next: what Crossplane's circuit breaker can bear,
 * as each one costs every Instance that selects the Resource two tokens, of which it gets one a second.
 */
export const heartbeatOf = (targets: number, interval: number): number =>
  Math.max(10 * 60_000, targets * 8_000, interval);

/** A report holds for three heartbeats: one may fail, and one may be late. */
export const validity = (heartbeat: number): number => 3 * heartbeat;

/** Why the status of a Resource is to be written now, or undefined. */
export const needOf = (known: Known, wall: number): WriteKind | undefined => {
  const { view, verdict, instance, probes } = known;
  if (probes === false) return view && !standsBy(view, instance) ? 'standing' : undefined;
  if (!verdict) return undefined;
  if (!view || saysOther(view, verdict, instance)) return 'change';
  if (known.written?.checkedAt !== verdict.checkedAt && isDue(view, known.written?.wall, wall))
    return 'heartbeat';
  return view.selectedBy.includes(instance) ? undefined : 'standing';
};

/** Whether our entry is there, and nothing else of ours that another's probe could then not remove. */
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
 * Whether a heartbeat has passed since the report was written, on the clock that those go by who read it; or
 * that clock has been put back, so that the report would hold for too long.
 */
const isDue = (
  { lastChecked = 0, validUntil = 0 }: View,
  written: number | undefined,
  wall: number,
): boolean =>
  wall >= (written ?? lastChecked) + (validUntil - lastChecked) / 3 || lastChecked > wall + clockSkew;

/** How long a report still holds, in milliseconds; the least is written first. */
export const remaining = ({ validUntil = 0 }: View, wall: number): number => validUntil - wall;
