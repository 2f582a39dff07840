import assert from 'node:assert/strict';
import type { Cluster } from '../cluster/cluster.ts';
import { watchOthers } from './others.ts';
import type { Steps } from './scenario.ts';

/** Where others than the cluster have more than this share of the processors, the threefold of a goal is held. */
const disturbed = 0.2;

/** What something of a sort took, in milliseconds. */
export interface Taken {
  sort: string;
  ms: number;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** What the share took at most, in milliseconds. */
export const percentile = (values: readonly Taken[], share: number): number =>
  values.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

/** For the table. */
export const slowestOfEach = (values: readonly Taken[]): string =>
  Object.entries(Object.groupBy(values, ({ sort }) => sort))
    .map(([sort, each = []]) => `${sort} ${seconds(percentile(each, 1))}`)
    .join(', ');

export interface Measurement {
  /** Before each attempt, from 1 on. */
  prepare?: (attempt: number) => Promise<void>;
  /** What it took, in milliseconds. */
  measure: (attempt: number) => Promise<number>;
}

/**
 * Holds what is measured to a goal, in milliseconds, and says how it went. A miss is measured once more: a
 * machine may have had something else to do for a moment. Throws when both miss; returns the attempt that did not.
 */
export async function hold(
  what: string,
  goal: number,
  { prepare, measure }: Measurement,
  { cluster, figure }: { cluster: Cluster } & Pick<Steps, 'figure'>,
): Promise<number> {
  const misses: string[] = [];
  for (const attempt of [1, 2]) {
    await prepare?.(attempt);
    const busy = await watchOthers(cluster);
    const ms = await measure(attempt);
    const { others, text } = await busy();
    const met = ms < goal ? 'met' : 'missed';
    figure(`${what}: goal`, `${seconds(goal)} ${met} at ${seconds(ms)}; processors ${text}`);
    const limit = others > disturbed ? 3 * goal : goal;
    if (ms < limit) return attempt;
    misses.push(`${seconds(ms)}, the limit is ${seconds(limit)}; processors ${text}`);
  }
  return assert.fail(`${what}: missed twice:\n${misses.join('\n')}`);
}
