import { hash } from 'node:crypto';

/** The first 16 hex digits of the SHA-256 of a text. Never of a secret. */
export const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

/**
 * JSON with sorted keys: equal values give equal text, in whatever order Crossplane sends their maps. As
 * `JSON.stringify` otherwise, without `toJSON`. By hand, as a replacer that sorts takes five times as long,
 * and each call of the function needs this for every Resource.
 */
export const canonicalJson = (value: unknown): string => write(value) ?? 'null';

/** The text of a value; undefined where JSON leaves it out. */
const write = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item) ?? 'null').join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const child = write((value as Record<string, unknown>)[key]);
    if (child !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${child}`;
  }
  return `{${text}}`;
};

/** A JSON value with its keys sorted: Crossplane sends maps in another order each time. */
export const canonical = <T>(value: T): T => JSON.parse(canonicalJson(value)) as T;

/** Hash of a parsed spec, by which the probe says what it checked. A spec holds no secret. */
export const specHash = (spec: unknown): string => {
  if (typeof spec !== 'object' || spec === null || !Object.isFrozen(spec))
    return shortHash(canonicalJson(spec));
  const known = hashes.get(spec) ?? shortHash(canonicalJson(spec));
  hashes.set(spec, known);
  return known;
};

/** Of specs that never change. */
const hashes = new WeakMap<object, string>();
