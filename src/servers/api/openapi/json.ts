/** A JSON object in a tenant's document. Its members can be anything. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own member of an object. Undefined if the value is not an object or does not have the member. */
export const member = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The first `max` items of a list. Empty if the value is not a list. */
export const firstOf = (value: unknown, max: number): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, max) : [];

/** A string of at most `max` UTF-16 units. Undefined if the value is not a string or is longer. */
export const shortText = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value.length <= max ? value : undefined;

/**
 * A text of at most `max` characters without control characters. Undefined if nothing remains. Only the start of a long
 * value is read.
 */
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
