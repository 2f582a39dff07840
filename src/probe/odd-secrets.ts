import { oddityOf } from '../contract/odd-values.ts';
import type { ProbeReason } from '../contract/probe-reasons.ts';
import type { Report, RunnableCheck, Secrets } from './check.ts';

/** Reasons that a wrong user name or password can have. */
const ofCredentials = new Set<ProbeReason>(['AuthFailed', 'LoginFailed', 'NotAllowed', 'PermissionDenied']);

/**
 * Adds to a failed login which values of the Secret begin or end unexpectedly. The reason stays what the server says: the
 * value may be right.
 */
export const withOddSecrets = <Result extends Pick<Report, 'reason' | 'detail'>>(
  result: Result,
  check: RunnableCheck,
  secrets: Secrets,
): Result => {
  if (!ofCredentials.has(result.reason)) return result;
  const sentences = Object.entries(secrets).flatMap(([purpose, value]) => {
    const oddity = oddityOf(value);
    const key = check.secrets[purpose]?.source ?? purpose;
    return oddity === undefined ? [] : [`The value of the key "${key}" in the Secret ${oddity}.`];
  });
  if (sentences.length === 0) return result;
  return { ...result, detail: [result.detail, ...sentences].filter((each) => each !== undefined).join(' ') };
};
