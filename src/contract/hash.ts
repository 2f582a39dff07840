import { createHash } from 'node:crypto';

/** The first 16 hex digits of the SHA-256 of a text. Never of a secret. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;

/** JSON with sorted keys: equal values give equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted);

/** A JSON value with its keys sorted: Crossplane sends maps in another order each time. */
export const canonical = <T>(value: T): T => JSON.parse(canonicalJson(value)) as T;

/** Hash of a parsed spec, by which the probe says what it checked. A spec holds no secret. */
export const specHash = (spec: unknown): string => shortHash(canonicalJson(spec));
