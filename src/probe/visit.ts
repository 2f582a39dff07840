import { type ProbeReason, probeReasons } from '../contract/probe-reasons.ts';
import type { TargetsFile } from '../contract/targets.ts';
import type { Log } from '../process/log.ts';
import type { RunCheck } from './check.ts';
import { checkOnce } from './check-once.ts';
import type { Clock } from './clock.ts';
import type { Reporter } from './cluster/reporter.ts';
import { isValid, standingOf } from './cluster/standing.ts';
import type { View } from './cluster/view.ts';
import type { Work } from './inputs/work.ts';
import { anonymous } from './log.ts';
import type { Metrics } from './metrics.ts';
import { dueAfterRestart, nextDue, periodOf, spread } from './timing.ts';
import { type Verdict, verdictOfReason, verdictOfReport, verdictWithoutCheck } from './verdict.ts';

/** The state of one target in the loop. */
export interface State {
  work: Work;
  /** This process has not checked it yet. */
  fresh: boolean;
  /** Whether the probe of another Instance checks it. */
  standby: boolean;
  well: boolean;
  /** Number of consecutive failed checks. */
  failures: number;
  /** The reason of the last verdict, for the log. */
  reason?: string;
  /** The time since which credentials or certificates of its check are not mounted. */
  missingSince?: number;
  /** When it was last visited, or added. */
  started: number;
}

export const newState = (work: Work, now: number): State => ({
  work,
  fresh: true,
  standby: false,
  well: false,
  failures: 0,
  started: now,
});

export interface VisitContext {
  clock: Clock;
  runCheck: RunCheck;
  reporter: Reporter;
  log: Log;
  metrics: Metrics;
  onAbandoned: (abandoned: boolean) => void;
}

/** The kubelet takes up to a minute and a half to refresh a mount. Nothing is reported before. */
const mountGrace = 120_000;

/** Reasons for which an early retry may lock an account, or cannot help. */
const patient = new Set<string>(['AuthFailed', 'CredentialsNotMounted'] satisfies ProbeReason[]);

/**
 * The work for a target that is due: read its XR, then leave it to another probe, or check it and have the verdict
 * written. Resolves with the time when it is due again.
 */
export const visit = async (
  context: VisitContext,
  file: TargetsFile,
  state: State,
  signal: AbortSignal,
): Promise<number> => {
  const { clock, reporter, metrics } = context;
  const { target } = state.work;
  const interval = file.interval * 1000;
  const started = clock.now();
  state.started = started;
  const again = (waits: { failures: number; settled: boolean; patient?: boolean }) =>
    nextDue({ name: target.name, interval, started, ended: clock.now(), ...waits });

  const view = await reporter.look(target.name, interval / 2);
  if (signal.aborted) return started;
  if (view === 'gone') {
    metrics.forget(target.name);
    state.well = false;
    return again({ failures: ++state.failures, settled: false });
  }

  const standing = standingOf(view, file.instance, clock.wall());
  state.standby = !standing.probes;
  if (!standing.probes) {
    reporter.standBy(target.name);
    metrics.forget(target.name);
    Object.assign(state, { fresh: false, well: false, failures: 0 });
    const expiry = started + (standing.until - clock.wall()) + 1_000 + 5_000 * spread(file.instance);
    return Math.min(again({ failures: 0, settled: true }), Math.max(expiry, started + 1_000));
  }

  const known = state.fresh && view ? lastVerdict(view, file, state.work, clock) : undefined;
  state.fresh = false;
  if (known) {
    conclude(context, state, known);
    const now = clock.now();
    return dueAfterRestart(target.name, interval, now, now - known.checkedAt, file.targets.length);
  }

  const verdict = await judge(context, state, interval, signal);
  if (signal.aborted) return started;
  if (typeof verdict === 'number') return verdict;
  const settled = state.well;
  conclude(context, state, verdict);
  return again({ failures: state.failures, settled, patient: !target.check || patient.has(verdict.reason) });
};

/**
 * Returns the verdict on a target, or, if its credentials may not have been mounted yet, the time until which to wait.
 */
const judge = async (
  { clock, runCheck, log, metrics, onAbandoned }: VisitContext,
  state: State,
  interval: number,
  signal: AbortSignal,
): Promise<Verdict | number> => {
  const { target, ready } = state.work;
  if (!target.check) return verdictWithoutCheck(target, clock.now());
  if (!ready) {
    state.missingSince ??= clock.now();
    const until = state.missingSince + mountGrace;
    return clock.now() < until
      ? until
      : verdictOfReason(target.specHash, 'CredentialsNotMounted', clock.now());
  }
  const report = await checkOnce({ clock, runCheck, ready, interval, signal, onAbandoned });
  if (!report) return clock.now();
  metrics.checked(report);
  if (report.error !== undefined)
    log.error({ resource: target.name, ...anonymous(report.error) }, 'a check failed');
  return verdictOfReport(target, report, clock.now());
};

const conclude = ({ reporter, metrics, log }: VisitContext, state: State, verdict: Verdict): void => {
  const { name } = state.work.target;
  const { phase, reason, latencyMs } = verdict;
  state.failures = phase === 'Failed' ? state.failures + 1 : 0;
  state.well = phase !== 'Failed';
  if (state.reason !== reason) log.info({ resource: name, phase, reason, latencyMs }, 'verdict');
  state.reason = reason;
  metrics.verdict(name, verdict);
  reporter.report(name, verdict);
};

/** Reasons whose message has a detail, which only a check can tell. */
const detailed = new Set<string>(['NotReadOnly'] satisfies ProbeReason[]);

/**
 * Returns the predecessor's result, if it was recent, successful, and for the current spec. Its message is taken from
 * the table, because anyone may have written the status.
 */
const lastVerdict = (
  view: View,
  { instance, interval }: TargetsFile,
  { target: { name, specHash, check } }: Work,
  clock: Clock,
): Verdict | undefined => {
  const { reason = '', lastChecked, checkedBy, checkedSpec, latencyMs } = view;
  if (!check || checkedBy !== instance || checkedSpec !== specHash || !isValid(view, clock.wall()))
    return undefined;
  const ago = clock.wall() - (lastChecked ?? 0);
  if (ago < 0 || ago >= periodOf(name, interval * 1000)) return undefined;
  if (!Object.hasOwn(probeReasons, reason) || detailed.has(reason)) return undefined;
  const verdict = verdictOfReason(specHash, reason as ProbeReason, clock.now() - ago);
  if (verdict.phase === 'Failed') return undefined;
  return { ...verdict, ...(latencyMs !== undefined && { latencyMs }) };
};
