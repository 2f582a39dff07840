/**
 * Keys of objects are few and come again with every call, so their strings are kept: looking one up
 * by its bytes is several times cheaper than making it, and a kept string is already interned by the
 * engine when it becomes a property's name. Only keys are kept (names of fields, labels and resources),
 * never a value, so no secret outlives its call.
 */

const SLOTS = 4096;
const LONGEST = 96;

const kept = Array.from({ length: SLOTS }, () => '');

/** The engine's own copy of a string, as property names are stored. */
function interned(text: string): string {
  for (const key in { [text]: 0 }) return key;
  return text;
}

/** The string in `bytes` from `start` to `end`, UTF-8. */
export function readKey(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length === 0) return '';
  if (length > LONGEST) return bytes.toString('utf8', start, end);
  let hash = length;
  for (let index = start; index < end; index++) hash = Math.imul(hash, 31) + (bytes[index] as number);
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const candidate = kept[slot] as string;
  if (candidate.length === length) {
    let index = 0;
    while (index < length && candidate.charCodeAt(index) === bytes[start + index]) index++;
    if (index === length) return candidate;
  }
  const text = bytes.toString('utf8', start, end);
  // As many characters as bytes: ASCII, so that characters and bytes can be compared one by one.
  if (text.length !== length) return text;
  const key = interned(text);
  kept[slot] = key;
  return key;
}
