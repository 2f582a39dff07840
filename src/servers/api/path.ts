import type { Parameter } from './operation.ts';

/** Characters of a path outside its parameters. All parsers of URLs read them in the same way. */
const plain = /^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$/;

/** Maximum length of the name of a parameter in a problem. */
const maxShown = 64;

/** A part of a path: text, or a parameter. */
export type Part = { text: string } | { parameter: string };

/** Splits a path at its braces. */
export const partsOf = (path: string): Part[] =>
  path
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? { parameter: part.slice(1, -1) } : { text: part }));

/** Why a path cannot be served, as a phrase. Undefined if it can. */
export const pathProblem = (path: string, parameters: readonly Parameter[]): string | undefined => {
  if (!path.startsWith('/') || path.length > 1000) return 'its path does not start with "/"';
  const parts = partsOf(path);
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  if (!texts.every((text) => plain.test(text))) return 'its path contains characters that are not supported';
  const segments = path.slice(1).split('/');
  if (segments.slice(0, -1).includes('') || segments.some((segment) => /^\.{1,2}$/.test(segment)))
    return 'its path has empty or dot segments';
  const declared = new Set(parameters.filter((it) => it.in === 'path').map(({ name }) => name));
  const used = parts.flatMap((part) => ('parameter' in part ? [part.parameter] : []));
  const unknown = used.find((name) => !declared.has(name));
  if (unknown !== undefined)
    return `its path names ${JSON.stringify(unknown.slice(0, maxShown))}, which it does not declare`;
  return used.length === new Set(used).size ? undefined : 'its path names a parameter twice';
};
