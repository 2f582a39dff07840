import { conditionOf, stringAt } from '../contract/observed.ts';
import type { Settings } from '../plan/settings.ts';

/**
 * Crossplane's circuit breaker stays open until the first event after its cooldown of 5 minutes. One minute later, it
 * certainly accepts events again.
 */
const breakerWindow = 6 * 60_000;

/**
 * Seconds until the next call after a change. Changes come in bursts, and the circuit breaker may hide the rest of a
 * burst.
 */
const afterChange = 1;

/**
 * Whether the circuit breaker of a composite opened recently, so that only the TTL of the response triggers an update.
 */
const breakerOpened = (xr: unknown, now: number): boolean => {
  const responsive = conditionOf(xr, 'Responsive');
  return responsive?.status === 'False' && Math.abs(now - Date.parse(responsive.since)) < breakerWindow;
};

/** What the TTL of a response depends on. */
export interface Freshness {
  xr: unknown;
  /** Hash of the configuration, if there is one. The composite's status contains the hash of the last response. */
  configHash?: string;
  /** Whether everything that was rendered has been applied. */
  applied: boolean;
  /** Times at which the mirrored reports expire, in milliseconds since the epoch. */
  validUntil: readonly number[];
}

/** Maximum number of seconds until Crossplane calls again. */
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
