import { isUnicodeName } from './re2-names.ts';

/** Maximum number of copies of a part through nested repetitions, and of one repetition. */
const maxCopies = 1000;

/** One group, or the pattern as a whole, while it is read. */
interface Level {
  /** Maximum number of copies that a part of the group requires. */
  copies: number;
  /** The copies of the part that a repetition would apply to. Undefined if there is no such part. */
  last: number | undefined;
}

/**
 * Whether Go's package regexp, which MCP Toolbox uses, compiles a pattern. One pass over the pattern, character by
 * character, in the order of Go's parser. A pattern of at most 500 characters cannot reach Go's other limits:
 * nesting of 1000, and the size of the program.
 * https://github.com/google/re2/wiki/Syntax, https://github.com/golang/go/blob/go1.26.0/src/regexp/syntax/parse.go
 */
export const isRe2 = (pattern: string): boolean => {
  if (!pattern.isWellFormed()) return false;
  const levels: Level[] = [{ copies: 1, last: undefined }];
  let repeated = false;
  for (let at = 0; at < pattern.length; ) {
    const level = levels.at(-1);
    if (!level) return false;
    const repetition = repetitionAt(pattern, at);
    if (repetition) {
      if (repeated || level.last === undefined || repetition.copies > maxCopies) return false;
      level.last = repetition.copies === 0 ? 1 : level.last * repetition.copies;
      if (level.last > maxCopies) return false;
      level.copies = Math.max(level.copies, level.last);
      at = repetition.end;
      if (pattern[at] === '?') at += 1;
      repeated = true;
      continue;
    }
    repeated = false;
    if (pattern[at] === ')') {
      levels.pop();
      const outer = levels.at(-1);
      if (!outer) return false;
      outer.last = level.copies;
      outer.copies = Math.max(outer.copies, level.copies);
      at += 1;
    } else if (pattern[at] === '|') {
      level.last = undefined;
      at += 1;
    } else if (pattern[at] === '(') {
      const group = groupAt(pattern, at);
      if (!group) return false;
      if (group.opens) levels.push({ copies: 1, last: undefined });
      at = group.end;
    } else {
      const end = atomEnd(pattern, at);
      if (end === undefined) return false;
      if (!/^\\Q(\\E|$)/.test(pattern.slice(at, end))) level.last = 1;
      at = end;
    }
  }
  return levels.length === 1;
};

/** A repetition, and the number of copies that Go makes of the part before it. Undefined if there is no repetition. */
const repetitionAt = (pattern: string, at: number): { copies: number; end: number } | undefined => {
  if (/[*+?]/.test(pattern[at] ?? '')) return { copies: 1, end: at + 1 };
  const [all, min = '', comma, max = ''] =
    matchAt(/\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/y, pattern, at) ?? [];
  if (all === undefined) return undefined;
  const end = at + all.length;
  const least = Number(min);
  if (comma === undefined) return { copies: least, end };
  // {0,} makes one copy, and {0} or {0,0} none.
  if (max === '') return { copies: Math.max(least, 1), end };
  return { copies: least > Number(max) ? Number.POSITIVE_INFINITY : Number(max), end };
};

/** An opening bracket: a group, or flags for the following part. Undefined if Go refuses it. */
const groupAt = (pattern: string, at: number): { opens: boolean; end: number } | undefined => {
  if (pattern[at + 1] !== '?') return { opens: true, end: at + 1 };
  const named = matchAt(/\(\?P?<[A-Za-z0-9_]+>/y, pattern, at);
  if (named) return { opens: true, end: at + named[0].length };
  const flags = matchAt(/\(\?[imsU]*(-[imsU]+)?([:)])/y, pattern, at);
  return flags ? { opens: flags[2] === ':', end: at + flags[0].length } : undefined;
};

/** The end of a character, a class or an assertion. Undefined if Go refuses it. */
const atomEnd = (pattern: string, at: number): number | undefined => {
  if (pattern[at] === '[') return classEnd(pattern, at);
  if (pattern[at] !== '\\') return at + characterAt(pattern, at).length;
  const next = pattern[at + 1] ?? '';
  if (next === 'Q') {
    const end = pattern.indexOf('\\E', at + 2);
    return end < 0 ? pattern.length : end + 2;
  }
  if (/[AbBz]/.test(next)) return at + 2;
  return classEscapeEnd(pattern, at) ?? escapeAt(pattern, at)?.end;
};

/** The end of `\d`, `\pL`, `\p{Greek}` and the like. */
const classEscapeEnd = (pattern: string, at: number): number | undefined => {
  if (matchAt(/\\[dDsSwW]/y, pattern, at)) return at + 2;
  const [all, single, name = single] = matchAt(/\\[pP](?:([^{])|\{([^}]*)\})/uy, pattern, at) ?? [];
  return all !== undefined && name !== undefined && isUnicodeName(name.replace(/^\^/, ''))
    ? at + all.length
    : undefined;
};

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The character of an escape. Undefined if Go refuses the escape. */
const escapeAt = (pattern: string, at: number): { code: number; end: number } | undefined => {
  const octal = matchAt(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y, pattern, at);
  if (octal) return { code: Number.parseInt(octal[1] ?? '', 8), end: at + octal[0].length };
  const hex = matchAt(/\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y, pattern, at);
  if (hex) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    return code <= 0x10ffff ? { code, end: at + hex[0].length } : undefined;
  }
  const next = pattern[at + 1] ?? '';
  const code = Object.hasOwn(controls, next) ? controls[next] : undefined;
  if (code !== undefined) return { code, end: at + 2 };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go takes any of ASCII but letters and digits for itself
  return /^[\x00-\x7f]$/.test(next) && !/[A-Za-z0-9]/.test(next) // oxlint-disable-line no-control-regex
    ? { code: next.charCodeAt(0), end: at + 2 }
    : undefined;
};

const posix =
  /^\[:\^?(alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]$/;

/** The end of a class in brackets. */
const classEnd = (pattern: string, start: number): number | undefined => {
  let at = start + (pattern[start + 1] === '^' ? 2 : 1);
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    if (at >= pattern.length) return undefined;
    const named = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at + 2) : -1;
    if (named >= 0) {
      if (!posix.test(pattern.slice(at, named + 2))) return undefined;
      at = named + 2;
      continue;
    }
    if (matchAt(/\\[dDsSwWpP]/y, pattern, at)) {
      const end = classEscapeEnd(pattern, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    const low = classCharacter(pattern, at);
    if (!low) return undefined;
    at = low.end;
    if (pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      const high = classCharacter(pattern, at + 1);
      if (!high || high.code < low.code) return undefined;
      at = high.end;
    }
  }
  return at + 1;
};

const classCharacter = (pattern: string, at: number): { code: number; end: number } | undefined => {
  if (at >= pattern.length) return undefined;
  if (pattern[at] === '\\') return escapeAt(pattern, at);
  const character = characterAt(pattern, at);
  return { code: character.codePointAt(0) ?? 0, end: at + character.length };
};

const characterAt = (pattern: string, at: number): string =>
  String.fromCodePoint(pattern.codePointAt(at) ?? 0);

/** A match of a sticky expression at a place. */
const matchAt = (expression: RegExp, text: string, at: number): RegExpExecArray | undefined => {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
};
