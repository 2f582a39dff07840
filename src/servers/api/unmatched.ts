import { type Called, type Declared, titleOf } from './operation.ts';

/** Maximum number of patterns for which names are suggested, and of names for each. */
const maxSuggested = 10;
const maxNames = 3;
/** The part of a name that must be equal to a pattern at both ends together. */
const similar = 0.5;

/**
 * Sentences about patterns of `allow` that match no operation, with the names that are most similar. `matches` tests
 * an operation with one pattern.
 */
export const unmatchedOf = (
  { operations, leftOut }: Declared,
  allow: readonly string[],
  matches: (pattern: string) => (operation: Called) => boolean,
): string[] => {
  const all = [...operations, ...leftOut];
  const unmatched = allow.filter((pattern) => !all.some(matches(pattern)));
  return unmatched.map((pattern, index) => {
    const near = index < maxSuggested ? nearestOf(pattern, all) : [];
    const meant = near.length > 0 ? `: did you mean ${near.join(', ')}?` : '';
    return `allow ${JSON.stringify(pattern)} matches no operation${meant}`;
  });
};

const nearestOf = (pattern: string, all: readonly Called[]): string[] => {
  const byPath = / \//.test(pattern);
  const wanted = pattern.replaceAll('*', '').toLowerCase();
  const candidates = all.map((operation) =>
    byPath || operation.name === undefined ? pathTitle(operation) : operation.name,
  );
  return [...new Set(candidates)]
    .map((name) => ({ name, share: shareOf(wanted, name.toLowerCase()) }))
    .filter(({ share }) => share >= similar)
    .sort((a, b) => b.share - a.share)
    .slice(0, maxNames)
    .map(({ name }) => name);
};

const pathTitle = ({ method, path }: Called): string =>
  titleOf({ path, ...(method !== undefined && { method }) });

/** The part of the longer text that both have in common at their start and at their end, in linear time. */
const shareOf = (a: string, b: string): number => {
  const [shorter, longer] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return longer === 0 ? 0 : (start + end) / longer;
};
