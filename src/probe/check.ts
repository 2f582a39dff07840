import type { PlatformRanges } from '../contract/addresses.ts';
import type { ProbeReason } from '../contract/probe-reasons.ts';
import type { Check } from '../contract/targets.ts';

/**
 * Where the loop of the probe meets the ladder that checks one target. The loop decides when and what to
 * write; the ladder, what is true.
 */

/** The rungs, in the order in which they are climbed. */
export const rungs = ['dns', 'tcp', 'tls', 'auth', 'query'] as const;
export type Rung = (typeof rungs)[number];

/** Values of the credentials by purpose, such as `USERNAME`, decoded to what the tenant wrote. */
export type Secrets = Readonly<Record<string, string>>;

/** A check as it is run: the content of its certificate authority is read anew for every run. */
export interface RunnableCheck extends Check {
  /** The PEM text of the file that `ca` names; absent where the check names none. */
  caPem?: string;
  /** What the platform says of ranges of addresses. */
  ranges?: PlatformRanges;
}

/** What a check found. */
export interface Report {
  reason: ProbeReason;
  /** From the first rung to the last, in whole milliseconds. */
  latencyMs: number;
  /** Whole milliseconds that each rung took, of those that were climbed, the failed one included. */
  rungs: Partial<Record<Rung, number>>;
  /** With `InternalError`: what was thrown. The loop logs its name, code and frames, never its message. */
  error?: unknown;
}

/**
 * Runs the check of one target: DNS → TCP → TLS → auth → query, over a single connection. Never rejects.
 * Resolves soon after `signal` aborts, with any report: the caller ignores it. Once resolved it leaves no
 * socket and no timer. The caller aborts at a hard deadline of its own, beyond all the rungs' timeouts.
 */
export type RunCheck = (check: RunnableCheck, secrets: Secrets, signal: AbortSignal) => Promise<Report>;
