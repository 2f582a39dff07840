/**
 * Returns a test for texts that match a pattern in which `*` stands for any characters. The time is bounded, whereas a
 * regular expression takes time that grows with each star of the pattern.
 */
export const globOf = (pattern: string): ((text: string) => boolean) => {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
      return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
};

/** Whether a text matches a pattern. */
export const matchesGlob = (pattern: string, text: string): boolean => globOf(pattern)(text);

/** Whether one of the patterns matches. */
export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, text));
