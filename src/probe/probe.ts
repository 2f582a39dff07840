import type { TargetsFile } from '../contract/targets.ts';
import type { Log } from '../process/log.ts';
import { createAgenda } from './agenda.ts';
import type { RunCheck } from './check.ts';
import type { Clock } from './clock.ts';
import type { GuardedApi } from './cluster/guarded.ts';
import { createReporter } from './cluster/reporter.ts';
import type { Inputs, Look } from './inputs/inputs.ts';
import { anonymous } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { periodOf } from './timing.ts';
import { newState, type State, visit } from './visit.ts';

export interface ProbeOptions {
  clock: Clock;
  /** Reads the mounts; see {@link createInputs}. */
  inputs: () => Promise<Look>;
  runCheck: RunCheck;
  api: GuardedApi;
  log: Log;
  /** Maximum number of checks in their first moments. */
  concurrency?: number;
}

export interface Probe {
  metrics: Metrics;
  start: () => void;
  /** Why the probe must be restarted, or undefined. An unavailable API server is not a reason. */
  unhealthy: () => string | undefined;
  /** Stops running checks and writes changes. Resolves within 5 s. */
  stop: () => Promise<void>;
}

/** How often the mounts are read, and writes that are due are sent. */
const tickEvery = 1_000;
const stuckAfter = 15_000;
const stopWithin = 5_000;
const mostAbandoned = 16;

/** The loop. All its state can be lost at any time, because the cluster stores what matters. */
export const createProbe = ({ clock, inputs, runCheck, api, log, concurrency }: ProbeOptions): Probe => {
  const states = new Map<string, State>();
  let file: TargetsFile | undefined;
  let problem: string | undefined;
  let lastTick = clock.now();
  let abandoned = 0;
  let stopped = false;
  let cancelTick = () => {};

  const metrics = createMetrics(() => ({
    running: agenda.running(),
    targets: count(states.values()),
    pendingWrites: reporter.pending(),
  }));
  const reporter = createReporter({ clock, api, log, onWrite: metrics.wrote, onRead: metrics.read });
  const onAbandoned = (begins: boolean): void => {
    abandoned += begins ? 1 : -1;
    if (begins) metrics.abandoned();
  };
  const context = { clock, runCheck, reporter, log, metrics, onAbandoned };
  const agenda = createAgenda({
    clock,
    ...(concurrency !== undefined && { concurrency }),
    onStart: (_, lateness) => metrics.started(lateness),
    async run(name, signal) {
      const state = states.get(name);
      if (!state || !file) return Number.POSITIVE_INFINITY;
      try {
        return await visit(context, file, state, signal);
      } catch (error) {
        log.error({ resource: name, ...anonymous(error) }, 'a bug stopped the check of a Resource');
        return clock.now() + 60_000;
      }
    },
  });

  const apply = ({ file: next, work }: Inputs): void => {
    const before = file;
    file = next;
    reporter.configure(next);
    const names = new Set(next.targets.map(({ name }) => name));
    for (const name of states.keys()) {
      if (names.has(name)) continue;
      states.delete(name);
      agenda.remove(name);
      metrics.forget(name);
    }
    for (const each of work) {
      const { name } = each.target;
      const state = states.get(name);
      if (state?.work.fingerprint === each.fingerprint) continue;
      if (!state) states.set(name, newState(each, clock.now()));
      else {
        Object.assign(state, { work: each, fresh: false, well: false, failures: 0 });
        if (each.ready) delete state.missingSince;
      }
      agenda.restart(name);
    }
    if (before?.interval !== next.interval) {
      for (const [name, { started }] of states)
        agenda.hasten(name, started + periodOf(name, next.interval * 1000));
    }
    if (before?.targets.length !== next.targets.length) log.info({ targets: next.targets.length }, 'targets');
  };

  const tick = async (): Promise<void> => {
    try {
      const look = await inputs();
      if (stopped) return;
      if (look.problem !== problem && look.problem !== undefined) {
        log.warn(
          { problem: look.problem },
          'the targets file cannot be used; the last valid file remains in use',
        );
      }
      problem = look.problem;
      metrics.targetsFile(problem === undefined);
      if (look.inputs) apply(look.inputs);
      reporter.wake();
    } catch (error) {
      log.error(anonymous(error), 'a bug stopped a read of the mounts');
    }
    lastTick = clock.now();
    if (!stopped) cancelTick = clock.setTimer(tickEvery, () => void tick());
  };

  return {
    metrics,
    start: () => void tick(),
    unhealthy() {
      const silent = clock.now() - lastTick;
      if (silent > stuckAfter) return `the loop has not run for ${Math.round(silent / 1000)} s`;
      if (abandoned >= mostAbandoned) return `${abandoned} checks do not stop`;
      const overdue = agenda.overdue();
      const most = 2 * (file?.interval ?? 0) * 1000 + 60_000;
      return overdue > most ? `a check is overdue for ${Math.round(overdue / 1000)} s` : undefined;
    },
    async stop() {
      stopped = true;
      cancelTick();
      const waited = new Promise<void>((resolve) => {
        const cancel = clock.setTimer(stopWithin, resolve);
        void agenda.stop().then(() => {
          cancel();
          resolve();
        });
      });
      await Promise.all([waited, reporter.flush(stopWithin)]);
      reporter.stop();
    },
  };
};

const count = (states: Iterable<State>): { probed: number; standby: number; unusable: number } => {
  const counts = { probed: 0, standby: 0, unusable: 0 };
  for (const { work, standby } of states) {
    counts[standby ? 'standby' : work.target.check ? 'probed' : 'unusable']++;
  }
  return counts;
};
