import { engines } from './engines.ts';
import { firstOfName, restOfName } from './index-names.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/**
 * Which indices a tool may name, as anchored patterns (RE2). A value consists of the characters of names and, if the
 * engine supports patterns, a final "*". It cannot be a list, an exclusion (`-x`), date math (`<x-{now}>`), an index
 * of another cluster (`c:x`) or an internal index (`.x`), and it has no special characters of URLs.
 */
export const allowedIndices = ({ type, indices }: SearchEngineSpec): string[] => {
  const { patterns } = engines[type];
  const star = patterns ? '[*]?' : '';
  if (!indices) return [`^${firstOfName}${restOfName}*${star}$`];
  return [...new Set(indices)].sort().map((entry) => {
    const name = entry.replace(/\*$/, '').replaceAll(/[.+]/g, '[$&]');
    return entry.endsWith('*') ? `^${name}${restOfName}*${star}$` : `^${name}$`;
  });
};

/** The indices that a tool may name, described for people and models. */
export const describeIndices = ({ type, indices }: SearchEngineSpec): string => {
  const { patterns, index } = engines[type];
  if (!indices)
    return patterns ? `name of an ${index}, or the beginning of names and "*"` : `name of a ${index}`;
  const names = [...new Set(indices)].sort();
  const shown = names.slice(0, maxShown).join(', ');
  const more = names.length > maxShown ? ` and ${names.length - maxShown} more` : '';
  const star = patterns ? '; kept as it is, it means all of them' : '';
  const meaning = names.some((name) => name.endsWith('*'))
    ? ` ("*" stands for the rest of a name${star})`
    : '';
  return `${names.length > 1 ? 'one of ' : ''}${shown}${more}${meaning}`;
};

const maxShown = 20;

/** The entries of the list without a pattern. */
export const plainNames = ({ indices = [] }: SearchEngineSpec): string[] =>
  [...new Set(indices)].filter((entry) => !entry.endsWith('*')).sort();
