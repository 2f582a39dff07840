/**
 * Patterns of tenants are in the syntax of JavaScript and run as Go's (https://github.com/google/re2/wiki/Syntax):
 * only what both read alike is taken, as a bracket that closes in one of them and not in the other would undo
 * the anchors around it.
 */
const readDifferently = [
  /\(\?(?!:)/, // look-around, names, flags
  /\\[1-9k]/, // back references
  /\\[cuxX]/, // code points
  /\[\^?\]/, // a class that is empty here and holds a bracket there
  /\[:/, // a class by name there
  /\{[0-9]*,?[0-9]{4,}\}/, // more repetitions than RE2 bears
];

/** Whether a pattern means the same to both; it is at most 500 characters. */
export const isPortable = (pattern: string): boolean => {
  if (pattern.length > 500 || readDifferently.some((part) => part.test(pattern))) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
};

/** The pattern, for the whole of a value and no part of it. */
export const anchored = (pattern: string): string => `^(?:${pattern})$`;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** A pattern that matches these texts and nothing else. */
export const oneOf = (texts: readonly string[]): string => anchored(texts.map(escaped).join('|'));
