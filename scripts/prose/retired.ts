import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A phrase that texts of this project must not use. */
export interface Phrase {
  /** Matches anywhere in a masked text. Global and case-insensitive. */
  pattern: RegExp;
  /** What to write instead. */
  instead: string;
  /** A text that the pattern matches. */
  example: string;
}

interface Document {
  covers: string[];
  phrases: { retired: string; instead: string; example: string }[];
}

const document = parse(readFileSync(new URL('retired.yaml', import.meta.url), 'utf8')) as Document;

/** Globs of the files that are checked, relative to the repository. */
export const covers: readonly string[] = document.covers;

/** A space matches any white space, so that a phrase is found across line breaks. */
const compile = (retired: string): RegExp =>
  new RegExp(`(?<![\\w-])(?:${retired.replaceAll(' ', '\\s+')})(?![\\w-])`, 'giu');

export const phrases: readonly Phrase[] = document.phrases.map(({ retired, ...rest }) => ({
  ...rest,
  pattern: compile(retired),
}));
