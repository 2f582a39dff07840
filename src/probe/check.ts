import type { PlatformRanges } from '../contract/addresses.ts';
import type { ProbeReason } from '../contract/probe-reasons.ts';
import type { Check } from '../contract/targets.ts';

/**
 * The interface between the loop of the probe and the ladder that checks one target. The loop decides when to check and
 * what to write. The ladder determines the result.
 */

/** The rungs, in the order of a check. */
export const rungs = ['dns', 'tcp', 'tls', 'auth', 'query'] as const;
export type Rung = (typeof rungs)[number];

/** Values of the credentials by purpose, such as `USERNAME`, decoded to the values in the tenant's Secret. */
export type Secrets = Readonly<Record<string, string>>;

/** A check that can run. The content of its certificate authority is read again for every run. */
export interface RunnableCheck extends Check {
  /** The PEM text of the file that `ca` names. Absent if the check names no file. */
  caPem?: string;
  /** The address ranges in the platform's settings. */
  ranges?: PlatformRanges;
}

/** The result of a check. */
export interface Report {
  reason: ProbeReason;
  /**
   * A sentence that the message adds to the sentence of the reason. It consists of words of the probe, and of names in
   * the database as `nameOf` allows them.
   */
  detail?: string;
  /** Whole milliseconds from the first rung to the last. */
  latencyMs: number;
  /** Whole milliseconds of each rung that was begun, including the failed one. */
  rungs: Partial<Record<Rung, number>>;
  /**
   * Only with `InternalError`: the value that was thrown. The loop logs its name, code and stack frames, never its
   * message.
   */
  error?: unknown;
}

/**
 * Runs the check of one target: DNS → TCP → TLS → auth → query, over a single connection. Never rejects. Resolves soon
 * after `signal` aborts, with a report that the caller ignores. After that, no socket and no timer is left. The caller
 * has a separate hard deadline, which is longer than the timeouts of all rungs.
 */
export type RunCheck = (check: RunnableCheck, secrets: Secrets, signal: AbortSignal) => Promise<Report>;
