import { isRe2 } from './re2.ts';

/** Longest pattern that is read. */
const maxPattern = 500;

/** The pattern, for the whole of a value and no part of it. */
export const anchored = (pattern: string): string => `^(?:${pattern})$`;

/**
 * Whether MCP Toolbox can check values by a pattern: it compiles the anchored pattern with Go's regexp, and where
 * that fails it compares values with the pattern's text, so that no value fits. The pattern must compile by itself
 * too, as a bracket in it must not close the group around it.
 */
export const isChecked = (pattern: string): boolean =>
  pattern.length <= maxPattern && isRe2(pattern) && isRe2(anchored(pattern));

/** What JavaScript and Go both accept, and read differently. */
const readDifferently = [
  /\(\?(?!:)/, // look-around, names, flags
  /\\[1-9k]/, // references in one, octal in the other
  /\\[cuxX]/, // characters by their number
  /\[\^?\]/, // an empty class in one, a class with a bracket in the other
  /\[:/, // a class by its name in one
];

/**
 * Whether a pattern of an OpenAPI document, which is JavaScript's, means the same to MCP Toolbox. Three classes still
 * differ in rare characters: `.` takes a carriage return and U+2028, `\s` takes ASCII alone, and `\S` the rest. The
 * API checks the value too, so that a value which gets through is refused there.
 */
export const isPortable = (pattern: string): boolean => {
  if (!isChecked(pattern) || readDifferently.some((part) => part.test(pattern))) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** A pattern that matches these texts and nothing else. */
export const oneOf = (texts: readonly string[]): string => anchored(texts.map(escaped).join('|'));
