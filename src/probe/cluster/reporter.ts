import type { TargetsFile } from '../../contract/targets.ts';
import type { Log } from '../../process/log.ts';
import type { Clock } from '../clock.ts';
import type { Verdict } from '../verdict.ts';
import type { Answer } from './client.ts';
import { alignEntries, dueEntries, type Entry, knownOf, pendingOf, settle } from './entry.ts';
import type { GuardedApi } from './guarded.ts';
import { heartbeatOf, validity, type WriteKind } from './need.ts';
import { isValid } from './standing.ts';
import { appliedStatus, isInstanceName, managerOf, pathsOf, type View, withdrawnStatus } from './view.ts';
import { createWriteBudget } from './write-budget.ts';

export interface ReporterOptions {
  clock: Clock;
  api: GuardedApi;
  log: Log;
  /** Maximum number of concurrent writes. */
  concurrency?: number;
  onWrite?: (kind: WriteKind, result: Answer['kind']) => void;
  onRead?: (result: Answer['kind']) => void;
}

/**
 * Keeps the status of every Resource up to date. There is no queue: for each Resource it holds the latest verdict and
 * the status in the cluster, and writes when they differ, however long that takes.
 */
export interface Reporter {
  /** Sets the targets, and forgets the state of all others. */
  configure: (file: TargetsFile) => void;
  /**
   * Returns the state of a Resource's XR. Reads it from the API server if it was last read more than `maxAge`
   * milliseconds ago. Returns `gone` if the XR does not exist, and undefined if the API server does not answer.
   */
  look: (name: string, maxAge: number) => Promise<View | 'gone' | undefined>;
  /** Has the verdict written, unless the status already contains it. */
  report: (name: string, verdict: Verdict) => void;
  /** Leaves the Resource to another Instance's probe. */
  standBy: (name: string) => void;
  /** Checks whether a write has become due. */
  wake: () => void;
  /** The number of pending writes by kind. */
  pending: () => Record<WriteKind, number>;
  /** Resolves when every change is written, or after this number of milliseconds. */
  flush: (ms: number) => Promise<void>;
  stop: () => void;
}

export const createReporter = ({ clock, api, log, concurrency = 4, ...hooks }: ReporterOptions): Reporter => {
  const entries = new Map<string, Entry>();
  const budget = createWriteBudget(clock);
  let file: TargetsFile | undefined;
  let writing = 0;
  let woken = false;
  let stopped = false;
  let cancelTimer = () => {};
  let onPumped = () => {};

  /** Many verdicts that arrive at once cause only one pass. */
  const wake = (): void => {
    if (woken || stopped) return;
    woken = true;
    queueMicrotask(pump);
  };

  const pump = (): void => {
    woken = false;
    cancelTimer();
    if (stopped || !file) return;
    let { ready, wait } = dueEntries(entries.values(), clock.now(), clock.wall());
    for (const { entry, kind, now } of ready) {
      if (writing >= concurrency) break;
      if (!now && !budget.allows()) {
        wait = Math.min(wait, budget.wait());
        break;
      }
      if (!write(file, entry, kind)) {
        wait = Math.min(wait, api.wait() || Number.POSITIVE_INFINITY);
        break;
      }
      budget.spend();
    }
    if (wait < Number.POSITIVE_INFINITY) cancelTimer = clock.setTimer(wait, wake);
    onPumped();
  };

  /** Writes the latest state of an entry. Returns false if no request may be sent now. */
  const write = (to: TargetsFile, entry: Entry, kind: WriteKind): boolean => {
    const { verdict, instance, target, view } = entry;
    const report = entry.probes && verdict ? { verdict, ...validTimes(verdict, to) } : undefined;
    const path = pathsOf(to, target.xr).status;
    const answered = api.apply(path, managerOf(instance), appliedStatus(to, target, report));
    if (!answered) return false;
    writing++;
    entry.busy = true;
    entry.writes++;
    void (async () => {
      const answer = await answered;
      take(entry, answer, true);
      hooks.onWrite?.(kind, answer.kind);
      if (answer.kind === 'ok' && report) {
        entry.written = { checkedAt: report.verdict.checkedAt, wall: clock.wall() };
        await succeed(to, entry, view, path);
      }
      writing--;
      entry.busy = false;
      wake();
    })();
    return true;
  };

  /**
   * Removes the fields of another probe whose report expired before this one wrote: its Instance may be deleted, and
   * with it the probe that could remove them. A probe that returns adds itself again.
   */
  const succeed = async (
    to: TargetsFile,
    entry: Entry,
    before: View | undefined,
    path: string,
  ): Promise<void> => {
    const other = before?.checkedBy;
    if (!before || other === undefined || other === entry.instance || !isInstanceName(other)) return;
    if (isValid(before, clock.wall())) return;
    const answer = await api.apply(path, managerOf(other), withdrawnStatus(to, entry.target));
    if (answer) take(entry, answer, true);
  };

  const validTimes = (verdict: Verdict, { targets, interval }: TargetsFile) => {
    const lastChecked = clock.wall() - (clock.now() - verdict.checkedAt);
    return { lastChecked, validUntil: lastChecked + validity(heartbeatOf(targets.length, interval * 1000)) };
  };

  const take = (entry: Entry, answer: Answer, wrote: boolean): void => {
    const { kind } = answer;
    if (entry.attempts === 0 && (kind === 'forbidden' || kind === 'refused')) {
      const why = kind === 'refused' ? { status: answer.status, reason: answer.reason } : {};
      log.warn({ resource: entry.target.name, ...why }, `access to the status of a Resource is ${kind}`);
    }
    settle(entry, answer, clock.now(), wrote);
  };

  return {
    configure(next) {
      const same = (of?: TargetsFile) => JSON.stringify([of?.api, of?.namespace, of?.instance]);
      if (same(file) !== same(next)) entries.clear();
      file = next;
      alignEntries(entries, next);
      wake();
    },
    async look(name, maxAge) {
      const entry = entries.get(name);
      if (!entry || !file) return 'gone';
      if (entry.busy || clock.now() - entry.seenAt < maxAge) return knownOf(entry);
      const { writes } = entry;
      const answer = await api.get(pathsOf(file, entry.target.xr).object);
      if (answer) {
        hooks.onRead?.(answer.kind);
        if (entry.writes === writes) take(entry, answer, false);
      }
      wake();
      return knownOf(entry);
    },
    report(name, verdict) {
      const entry = entries.get(name);
      if (!entry) return;
      entry.verdict = verdict;
      entry.probes = true;
      wake();
    },
    standBy(name) {
      const entry = entries.get(name);
      if (!entry) return;
      delete entry.verdict;
      entry.probes = false;
      wake();
    },
    wake,
    pending: () => pendingOf(entries.values(), clock.wall()),
    async flush(ms) {
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(ms, resolve);
        onPumped = () => {
          if (writing > 0 || pendingOf(entries.values(), clock.wall()).change > 0) return;
          cancel();
          resolve();
        };
        wake();
      });
      onPumped = () => {};
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
};
