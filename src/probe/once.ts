import { fail, ok, type Result } from '../contract/result.ts';
import type { RunCheck } from './check.ts';
import { checkOnce } from './check-once.ts';
import { type Clock, systemClock } from './clock.ts';
import { gather, type InputPaths, readTargets } from './inputs/inputs.ts';
import type { Work } from './inputs/work.ts';
import { type Verdict, verdictOfReason, verdictOfReport, verdictWithoutCheck } from './verdict.ts';

/** The result of one check of a Resource. Contains no secret. */
export interface Finding {
  resource: string;
  phase: Verdict['phase'];
  reason: string;
  message: string;
  /** Whole milliseconds. Absent if nothing was checked. */
  latencyMs?: number;
}

/**
 * Checks every target of the file once, without writing a status and without an API server. Returns the findings in the
 * order of the file. The error is a sentence about the targets file.
 */
export const checkAll = async (
  paths: InputPaths,
  runCheck: RunCheck,
  { concurrency = 16, clock = systemClock }: { concurrency?: number; clock?: Clock } = {},
): Promise<Result<Finding[], string>> => {
  const file = await readTargets(paths.targets);
  if (!file.ok) return fail(`the targets file ${file.error}`);
  const work = await gather(file.value, paths);
  const findings = new Map<string, Finding>();
  const queue = work.values();
  const lane = async (): Promise<void> => {
    for (const each of queue) {
      const { phase, reason, message, latencyMs } = await judgeOnce(
        each,
        runCheck,
        clock,
        file.value.interval,
      );
      const { name } = each.target;
      findings.set(name, {
        resource: name,
        phase,
        reason,
        message,
        ...(latencyMs !== undefined && { latencyMs }),
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return ok(work.flatMap(({ target }) => findings.get(target.name) ?? []));
};

const judgeOnce = async (
  work: Work,
  runCheck: RunCheck,
  clock: Clock,
  interval: number,
): Promise<Verdict> => {
  const { target, ready } = work;
  if (!target.check) return verdictWithoutCheck(target, clock.now());
  if (!ready) return verdictOfReason(target.specHash, 'CredentialsNotMounted', clock.now());
  const { signal } = new AbortController();
  const report = await checkOnce({
    clock,
    runCheck,
    ready,
    interval: interval * 1000,
    signal,
    onAbandoned() {},
  });
  return report
    ? verdictOfReport(target, report, clock.now())
    : verdictOfReason(target.specHash, 'InternalError', clock.now());
};

/** Formats findings as a table for people, with one line each. */
export const tableOf = (findings: readonly Finding[]): string => {
  const rows = [
    ['RESOURCE', 'PHASE', 'REASON', 'LATENCY', 'MESSAGE'],
    ...findings.map(({ resource, phase, reason, latencyMs, message }) => [
      resource,
      phase,
      reason,
      latencyMs === undefined ? '-' : `${latencyMs} ms`,
      message,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
};
