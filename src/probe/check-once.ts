import type { ProbeReason } from '../contract/probe-reasons.ts';
import type { Report, RunCheck } from './check.ts';
import type { Clock } from './clock.ts';
import type { Work } from './inputs/work.ts';

/** A check that does not stop within this time after it was aborted is abandoned. */
const grace = 5_000;

/** Maximum duration of a check in milliseconds: all its rungs, but not more than the interval. */
const deadlineOf = ({ connect, query }: { connect: number; query: number }, interval: number): number =>
  Math.max(5_000, Math.min((4 * connect + 2 * query) * 1000 + 1_000, interval));

export interface CheckOnce {
  clock: Clock;
  runCheck: RunCheck;
  ready: NonNullable<Work['ready']>;
  /** Milliseconds between two checks of the target. */
  interval: number;
  signal: AbortSignal;
  /** Called when a check does not stop although it was aborted, and with `false` when it stops. */
  onAbandoned: (abandoned: boolean) => void;
}

/**
 * Runs one check with a hard deadline. Returns undefined if `signal` aborted, because then nothing is known. A check
 * that breaks its contract (rejects or does not end) still gives a report.
 */
export const checkOnce = async (options: CheckOnce): Promise<Report | undefined> => {
  const { clock, runCheck, ready, interval, signal, onAbandoned } = options;
  if (signal.aborted) return undefined;
  const started = clock.now();
  const controller = new AbortController();
  const took = () => Math.round(clock.now() - started);
  const run = async (): Promise<Report> => runCheck(ready.check, ready.secrets, controller.signal);
  const ran = run().catch(
    (error): Report => ({ reason: 'InternalError', latencyMs: took(), rungs: {}, error }),
  );

  let cancelGrace = () => {};
  let cancelDeadline = () => {};
  let expired = false;
  let end = () => {};
  const report = await new Promise<Report | undefined>((resolve) => {
    end = () => {
      controller.abort();
      cancelDeadline();
      cancelGrace = clock.setTimer(grace, () => {
        onAbandoned(true);
        void ran.then(() => onAbandoned(false));
        resolve(undefined);
      });
    };
    cancelDeadline = clock.setTimer(deadlineOf(ready.check.timeouts, interval), () => {
      expired = true;
      end();
    });
    signal.addEventListener('abort', end, { once: true });
    void ran.then(resolve);
  });
  cancelDeadline();
  cancelGrace();
  signal.removeEventListener('abort', end);

  if (signal.aborted) return undefined;
  if (report && !expired) return report;
  const rungs = report?.rungs ?? {};
  return { reason: expiredAt(rungs), latencyMs: took(), rungs };
};

/** The reason for a check that exceeded the deadline, from the last rung that it began. */
const expiredAt = (rungs: Report['rungs']): ProbeReason => {
  if (rungs.tls !== undefined || rungs.auth !== undefined || rungs.query !== undefined) return 'Timeout';
  if (rungs.tcp !== undefined) return 'ConnectTimeout';
  return rungs.dns !== undefined ? 'DNSFailed' : 'Timeout';
};
