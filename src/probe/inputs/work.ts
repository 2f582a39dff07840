import { createHash } from 'node:crypto';
import type { PlatformRanges } from '../../contract/addresses.ts';
import { canonicalJson } from '../../contract/hash.ts';
import type { Check, Encoding, Target } from '../../contract/targets.ts';
import type { RunnableCheck, Secrets } from '../check.ts';

/** One target with everything that its check needs. */
export interface Work {
  target: Target;
  /** Equal until something that the check depends on changes. It stays in this process. */
  fingerprint: string;
  /** Present if there is a check and everything that it names is mounted. */
  ready?: { check: RunnableCheck; secrets: Secrets };
}

/** The mounted files: contents by file name. */
export interface Mounted {
  credentials: ReadonlyMap<string, string>;
  config: ReadonlyMap<string, string>;
  /** Whether the credentials are older than those that the pod was started with. */
  behind: boolean;
  /** The address ranges in the platform's settings. */
  ranges?: PlatformRanges | undefined;
}

/** Combines a target with the files that are mounted for it. */
export const workOf = (target: Target, mounted: Mounted): Work => {
  const ready = target.check && readyOf(target.check, mounted);
  const fingerprint = createHash('sha256')
    .update(
      canonicalJson([
        target,
        ready ? [ready.secrets, ready.check.caPem ?? null, ready.check.ranges ?? null] : null,
      ]),
    )
    .digest('base64');
  return { target, fingerprint, ...(ready && { ready }) };
};

const readyOf = (
  plain: Check,
  { credentials, config, behind, ranges }: Mounted,
): Work['ready'] | undefined => {
  const check: RunnableCheck = ranges ? { ...plain, ranges } : plain;
  const secrets: Record<string, string> = {};
  for (const [purpose, { key, encoding }] of Object.entries(check.secrets)) {
    const text = behind ? undefined : credentials.get(key);
    const value = text === undefined ? undefined : decoders[encoding](text);
    if (value === undefined) return undefined;
    secrets[purpose] = value;
  }
  if (check.ca === undefined) return { check, secrets };
  const caPem = config.get(check.ca);
  return caPem === undefined ? undefined : { check: { ...check, caPem }, secrets };
};

/** Reverses the encoding that the function applied to a value for the server's configuration. */
const decoders: Record<Encoding, (text: string) => string | undefined> = {
  plain: (text) => text,
  percent: (text) => unless(() => decodeURIComponent(text)),
  json: (text) => unquoted(text),
  header: (text) => unquoted(text),
};

const unquoted = (text: string): string | undefined => {
  const value = unless(() => JSON.parse(`"${text}"`) as unknown);
  return typeof value === 'string' ? value : undefined;
};

const unless = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch {
    return undefined;
  }
};
