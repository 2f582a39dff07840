import type { Target, TargetsFile } from '../../contract/targets.ts';
import type { Answer } from './client.ts';
import { type Known, needOf, remaining, type WriteKind, writeKinds } from './need.ts';
import { type View, viewOf } from './view.ts';

/** The reporter's state of one target: what is known, and when it may be written. */
export interface Entry extends Known {
  target: Pick<Target, 'name' | 'xr'>;
  /** When the API server last returned it. */
  seenAt: number;
  /** The XR does not exist. */
  gone: boolean;
  /** A write is in progress. */
  busy: boolean;
  /** Number of writes that were started. Data that was read before a write may be older than the write. */
  writes: number;
  /** Number of consecutive answers that a retry may change. */
  attempts: number;
  retryAt: number;
}

const never = Number.NEGATIVE_INFINITY;

/** Updates the entries to match the targets. A target whose XR is unknown cannot be reported on. */
export const alignEntries = (entries: Map<string, Entry>, { instance, targets }: TargetsFile): void => {
  const named = new Map(targets.map(({ name, xr }) => [name, xr]));
  for (const [name, { target }] of entries) if (named.get(name) !== target.xr) entries.delete(name);
  for (const { name, xr } of targets) {
    if (entries.has(name) || xr === '') continue;
    const blank = { seenAt: never, gone: false, busy: false, writes: 0, attempts: 0, retryAt: never };
    entries.set(name, { instance, target: { name, xr }, ...blank });
  }
};

/** Delay after an answer that a retry may change: a conflict, or permissions that have not been applied yet. */
const pauses: Partial<Record<Answer['kind'], { first: number; longest: number }>> = {
  conflict: { first: 500, longest: 30_000 },
  // in addition to the pause of all requests, so that one failing XR does not block the others
  unavailable: { first: 2_000, longest: 30_000 },
};
const otherPause = { first: 5_000, longest: 300_000 };

/** Processes the answer of the API server to a read or a write of an entry. */
export const settle = (entry: Entry, answer: Answer, now: number, wrote: boolean): void => {
  if (answer.kind === 'unavailable' && !wrote) return;
  if (answer.kind !== 'unavailable') entry.gone = answer.kind === 'gone';
  if (answer.kind === 'ok') entry.view = viewOf(answer.object, entry.instance);
  if (answer.kind === 'ok' || answer.kind === 'gone') {
    entry.seenAt = now;
    if (wrote) entry.attempts = 0;
    return;
  }
  const { first, longest } = pauses[answer.kind] ?? otherPause;
  entry.retryAt = now + Math.min(first * 2 ** Math.min(entry.attempts, 20), longest);
  entry.attempts++;
};

/** What the API server returned for an entry, if known. */
export const knownOf = ({ gone, view }: Entry): View | 'gone' | undefined => (gone ? 'gone' : view);

/** A report with less validity is written at once, regardless of the budget. */
const urgency = 60_000;

export interface Due {
  entry: Entry;
  kind: WriteKind;
  /** Whether it must not wait for the budget. */
  now: boolean;
  left: number;
}

/**
 * Returns what must be written: changes first, then heartbeats by remaining validity, then entries in `selectedBy`.
 * Also returns the milliseconds until another attempt may succeed.
 */
export const dueEntries = (
  entries: Iterable<Entry>,
  now: number,
  wall: number,
): { ready: Due[]; wait: number } => {
  const ready: Due[] = [];
  let wait = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const kind = entry.busy || entry.gone ? undefined : needOf(entry, wall);
    if (!kind) continue;
    if (entry.retryAt > now) {
      wait = Math.min(wait, entry.retryAt - now);
      continue;
    }
    const left = kind === 'heartbeat' && entry.view ? remaining(entry.view, wall) : 0;
    ready.push({ entry, kind, left, now: kind === 'change' || (kind === 'heartbeat' && left < urgency) });
  }
  ready.sort((a, b) => writeKinds.indexOf(a.kind) - writeKinds.indexOf(b.kind) || a.left - b.left);
  return { ready, wait };
};

/** The number of pending writes by kind, including those in progress. */
export const pendingOf = (entries: Iterable<Entry>, wall: number): Record<WriteKind, number> => {
  const counts = { change: 0, heartbeat: 0, standing: 0 };
  for (const entry of entries) {
    const kind = entry.gone ? undefined : needOf(entry, wall);
    if (kind) counts[kind]++;
  }
  return counts;
};
