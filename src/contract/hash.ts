import { hash } from 'node:crypto';

/** The first 16 hex digits of the SHA-256 of a text. Never pass a secret. */
export const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

/** Identifies a text by its content. */
export const textHash = (text: string): string => hash('sha256', text, 'base64');

/**
 * JSON with sorted keys: equal values give equal text, because Crossplane sends maps in varying order. Otherwise equal
 * to `JSON.stringify`, but without `toJSON`. Own code, because a sorting replacer takes five times as long, and each
 * call of the function needs this for every Resource.
 */
export const canonicalJson = (value: unknown): string => write(value, 0) ?? 'null';

/** Depth from which on the code no longer recurses, because the stack is limited. */
const deepest = 200;

/** The text of a value; undefined where JSON leaves it out. */
const write = (value: unknown, depth: number): string | undefined => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth > deepest) return writeDeep(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const child = write((value as Record<string, unknown>)[key], depth + 1);
    if (child !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${child}`;
  }
  return `{${text}}`;
};

/** The same for any depth, with a list of pending parts: texts, and values wrapped in an object. */
const writeDeep = (root: object): string => {
  const texts: string[] = [];
  const left: (string | { value: unknown })[] = [{ value: root }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') texts.push(next);
    else for (const part of partsOf(next.value).reverse()) left.push(part);
  }
  return texts.join('');
};

const partsOf = (value: unknown): (string | { value: unknown })[] => {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value) ?? 'null'];
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) => [index === 0 ? '' : ',', { value: item }]);
    return ['[', ...items, ']'];
  }
  const fields = Object.entries(value)
    .filter(([, child]) => JSON.stringify(typeof child === 'object' ? null : child) !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, child], index) => [`${index === 0 ? '' : ','}${JSON.stringify(key)}:`, { value: child }]);
  return ['{', ...fields, '}'];
};

/** A JSON value with sorted keys. Crossplane sends maps in varying order. */
export const canonical = <T>(value: T): T => JSON.parse(canonicalJson(value)) as T;

/** Hash of a parsed spec. The probe reports it to say which spec it checked. A spec contains no secret. */
export const specHash = (spec: unknown): string => shortHash(canonicalJson(spec));
