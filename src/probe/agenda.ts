import type { Clock } from './clock.ts';

export interface AgendaOptions {
  clock: Clock;
  /**
   * Runs the task of a name. Resolves with the time of its next run, never rejects, and resolves soon after `signal`
   * aborts. The result after an abort is ignored.
   */
  run: (name: string, signal: AbortSignal) => Promise<number>;
  /** Maximum number of runs in their first moments. Limits CPU, memory and new connections. */
  concurrency?: number;
  /** A run that takes longer than this number of milliseconds is waiting, and gives its slot to the next run. */
  patience?: number;
  /** Maximum number of runs, including those that wait. */
  maxRunning?: number;
  /** Receives the delay of a run's start, in milliseconds. */
  onStart?: (name: string, lateness: number) => void;
}

export interface Agenda {
  /**
   * Runs the task as soon as there is a slot, and adds it if it is new. A run in progress is based on old data, so it
   * is stopped first.
   */
  restart: (name: string) => void;
  /** Runs the task at `due` at the latest. */
  hasten: (name: string, due: number) => void;
  /** Stops the task's run, and removes the task. */
  remove: (name: string) => void;
  running: () => number;
  /** Milliseconds that the most overdue task has waited for its run. 0 if no task is overdue. */
  overdue: () => number;
  /** Stops all runs. Resolves when none is left. */
  stop: () => Promise<void>;
}

interface Entry {
  due: number;
  run?: { controller: AbortController; ended: Promise<void> };
  /** Requested again during the run. */
  again: boolean;
  removed: boolean;
}

/**
 * Runs each task when it is due, the most overdue first, never twice at the same time, and never more than there are
 * slots. A run longer than {@link AgendaOptions.patience} gives its slot away, so that a hundred servers that never
 * answer do not delay the others.
 */
export const createAgenda = (options: AgendaOptions): Agenda => {
  const { clock, run, concurrency = 16, patience = 2_000, maxRunning = 256, onStart } = options;
  const entries = new Map<string, Entry>();
  let slots = concurrency;
  let running = 0;
  let stopped = false;
  let woken = false;
  let cancelTimer = () => {};

  const pump = (): void => {
    woken = false;
    cancelTimer();
    if (stopped) return;
    const now = clock.now();
    const waiting = [...entries].filter(([, { run }]) => !run).sort(([, a], [, b]) => a.due - b.due);
    for (const [name, entry] of waiting) {
      if (entry.due > now) {
        cancelTimer = clock.setTimer(entry.due - now, pump);
        return;
      }
      if (slots === 0 || running >= maxRunning) return;
      start(name, entry, now);
    }
  };

  const start = (name: string, entry: Entry, now: number): void => {
    const controller = new AbortController();
    let holdsSlot = true;
    const release = () => {
      if (holdsSlot) slots++;
      holdsSlot = false;
    };
    slots--;
    running++;
    onStart?.(name, now - entry.due);
    const cancelPatience = clock.setTimer(patience, () => {
      release();
      wake();
    });
    const ended = run(name, controller.signal).then((next) => {
      cancelPatience();
      release();
      running--;
      delete entry.run;
      if (entry.removed) entries.delete(name);
      entry.due = entry.again ? clock.now() : next;
      entry.again = false;
      wake();
    });
    entry.run = { controller, ended };
  };

  /** Many tasks that are added at once cause only one pass. */
  const wake = (): void => {
    if (woken) return;
    woken = true;
    queueMicrotask(pump);
  };

  return {
    restart(name) {
      const entry = entries.get(name) ?? { due: Number.POSITIVE_INFINITY, again: false, removed: false };
      entries.set(name, entry);
      entry.removed = false;
      if (entry.run) {
        entry.again = true;
        entry.run.controller.abort();
      } else {
        entry.due = Math.min(entry.due, clock.now());
        wake();
      }
    },
    hasten(name, due) {
      const entry = entries.get(name);
      if (!entry || entry.run || entry.due <= due) return;
      entry.due = due;
      wake();
    },
    remove(name) {
      const entry = entries.get(name);
      if (!entry?.run) {
        entries.delete(name);
        return;
      }
      entry.removed = true;
      entry.again = false;
      entry.run.controller.abort();
    },
    running: () => running,
    overdue() {
      const dues = [...entries.values()].filter(({ run }) => !run).map(({ due }) => due);
      return Math.max(0, clock.now() - Math.min(...dues));
    },
    async stop() {
      stopped = true;
      cancelTimer();
      const ends = [...entries.values()].flatMap(({ run }) => run ?? []);
      for (const { controller } of ends) controller.abort();
      await Promise.all(ends.map(({ ended }) => ended));
    },
  };
};
