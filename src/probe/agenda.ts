import type { Clock } from './clock.ts';

export interface AgendaOptions {
  clock: Clock;
  /**
   * Does what is due. Resolves with when it is due next, never rejects, and resolves soon after `signal`
   * aborts; what it resolves with then does not count.
   */
  run: (name: string, signal: AbortSignal) => Promise<number>;
  /** Runs that may be in their first moments at a time: what bounds processor, memory and new connections. */
  concurrency?: number;
  /** After so many milliseconds a run only waits for somebody else, and gives its slot to the next. */
  patience?: number;
  /** Runs at a time, those included that wait. */
  maxRunning?: number;
  /** Told how late a run starts, in milliseconds. */
  onStart?: (name: string, lateness: number) => void;
}

export interface Agenda {
  /**
   * Has it run as soon as there is a slot; adds it where it is new. A run of it that goes on is about what has
   * changed since: it is ended first.
   */
  restart: (name: string) => void;
  /** Has it run no later than `due`. */
  hasten: (name: string, due: number) => void;
  /** Ends what runs, and forgets it. */
  remove: (name: string) => void;
  running: () => number;
  /** Milliseconds since the longest due one that does not run was due; 0 where none is. */
  overdue: () => number;
  /** Ends everything; resolves when nothing runs. */
  stop: () => Promise<void>;
}

interface Entry {
  due: number;
  run?: { controller: AbortController; ended: Promise<void> };
  /** Asked for again while it ran. */
  again: boolean;
  removed: boolean;
}

/**
 * Runs each name when it is due: the longest due first, never one twice at a time, and never more than there
 * are slots. A run that has lasted for {@link AgendaOptions.patience} gives its slot away, so that a hundred
 * servers that never answer do not make the others late.
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

  /** A thousand names that are added at once are looked through once. */
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
