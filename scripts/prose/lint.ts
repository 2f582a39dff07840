import retextEnglish from 'retext-english';
import retextIndefiniteArticle from 'retext-indefinite-article';
import retextRepeatedWords from 'retext-repeated-words';
import retextStringify from 'retext-stringify';
import { unified } from 'unified';
import { lineStarts, maskOf } from './mask.ts';
import { phrases } from './retired.ts';

/** A position in a file, counted from 1, and the error there. */
export interface Finding {
  line: number;
  column: number;
  message: string;
}

const grammar = unified()
  .use(retextEnglish)
  .use(retextIndefiniteArticle)
  .use(retextRepeatedWords)
  .use(retextStringify)
  .freeze();

/** Checks the prose of one file for retired phrases, wrong articles and repeated words. Sorted by position. */
export const lintProse = (file: string, text: string): Finding[] => {
  const masked = maskOf(file, text);
  return [...retiredIn(masked), ...grammarOf(masked)].sort((a, b) => a.line - b.line || a.column - b.column);
};

const retiredIn = (masked: string): Finding[] => {
  const starts = lineStarts(masked);
  return phrases.flatMap(({ pattern, instead }) =>
    [...masked.matchAll(pattern)].map(({ 0: found, index }) => {
      const line = starts.findLastIndex((start) => start <= index);
      const message = `"${found.replace(/\s+/g, ' ')}" is retired. Write ${instead}.`;
      return { line: line + 1, column: index - (starts[line] ?? 0) + 1, message };
    }),
  );
};

/** Filters false positives: articles before `http`, and names after an option (`--config`) or in capitals (`host HOST`). */
const isWanted = (found: string, reason: string): boolean =>
  reason.includes('repeated') ? /^[^-]?(\w)(\w*)\s+(?:\1|\p{Ll})\2$/u.test(found) : !reason.includes('`http');

const grammarOf = (masked: string): Finding[] =>
  grammar.processSync(masked).messages.flatMap(({ place, reason }) => {
    const { start, end } = place && 'start' in place ? place : {};
    if (
      start?.offset === undefined ||
      !end ||
      !isWanted(masked.slice(Math.max(0, start.offset - 1), end.offset), reason)
    )
      return [];
    return { line: start.line, column: start.column, message: reason };
  });
