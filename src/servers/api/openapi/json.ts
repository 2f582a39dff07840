/** A JSON value of a tenant's document: nothing about it is known. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of its own of an object; undefined where the value is none, or has not got it. */
export const member = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The members of an object of its own, none where the value is no object. */
export const members = (value: unknown): [string, unknown][] =>
  isObject(value) ? Object.entries(value) : [];

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text of at most so many characters, without what is no text; undefined where there is none. */
export const words = (value: unknown, max: number): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, 4 * max)
    .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(text);
  if (characters.length === 0) return undefined;
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text;
};
