import { conditionOf, stringAt } from '../contract/observed.ts';
import type { Settings } from '../plan/settings.ts';

/**
 * Crossplane's circuit breaker stays nominally open until the next event after its cooldown of 5 minutes;
 * a minute more than that, and it is known to let events through again.
 */
const breakerWindow = 6 * 60_000;

/** Seconds until the next look after a change: changes come in bursts, and the breaker may hide the rest of one. */
const afterChange = 1;

/** Whether the breaker of a composite opened recently, so that only the response's TTL brings it up to date. */
const breakerOpened = (xr: unknown, now: number): boolean => {
  const responsive = conditionOf(xr, 'Responsive');
  return responsive?.status === 'False' && Math.abs(now - Date.parse(responsive.since)) < breakerWindow;
};

/** What the TTL of a response depends on. */
export interface Freshness {
  xr: unknown;
  /** Hash of the configuration, where there is one: the composite's status has that of the last answer. */
  configHash?: string;
  /** Whether everything that was rendered has been applied. */
  applied: boolean;
  /** Times at which a report that was mirrored stops being valid, in milliseconds since the epoch. */
  validUntil: readonly number[];
}

/** Seconds until Crossplane should call again at the latest. */
export const ttlOf = (
  { xr, configHash, applied, validUntil }: Freshness,
  { ttl }: Settings,
  now: number,
): number => {
  const last = stringAt(xr, 'status', 'configHash');
  if (configHash !== undefined && last !== undefined && last !== configHash) return afterChange;
  if (!applied || breakerOpened(xr, now)) return ttl.pending;
  const next = Math.min(...validUntil.filter((time) => time > now));
  const untilNext = Math.ceil((next - now) / 1000) + 1;
  return Math.max(ttl.pending, Math.min(ttl.steady, untilNext));
};
