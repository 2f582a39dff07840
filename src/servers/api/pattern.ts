import { isRe2 } from './re2.ts';

/** Maximum length of a pattern. */
const maxPattern = 500;

/** A pattern that must match the whole value. */
export const anchored = (pattern: string): string => `^(?:${pattern})$`;

/**
 * Whether MCP Toolbox can check values with a pattern. It compiles the anchored pattern with Go's regexp. If that fails,
 * it compares values with the text of the pattern, which no value equals. The pattern must also compile without the
 * anchors, so that a bracket in it does not close the group around it.
 */
export const isChecked = (pattern: string): boolean =>
  pattern.length <= maxPattern && isRe2(pattern) && isRe2(anchored(pattern));

/** Syntax that JavaScript and Go both accept, but read differently. */
const readDifferently = [
  /\(\?(?!:)/, // look-around, names, flags
  /\\[1-9k]/, // references in one, octal in the other
  /\\[cuxX]/, // characters by their number
  /\[\^?\]/, // an empty class in one, a class with a bracket in the other
  /\[:/, // a class by its name in one
];

/**
 * Whether a pattern of an OpenAPI document, which has JavaScript syntax, means the same in MCP Toolbox. Three classes
 * still differ in rare characters: in Go, `.` matches a carriage return and U+2028, `\s` only ASCII, and `\S` the rest.
 * The API also checks the value, and refuses it then.
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

/** A pattern that matches only these texts. */
export const oneOf = (texts: readonly string[]): string => anchored(texts.map(escaped).join('|'));
