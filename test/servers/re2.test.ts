/** Which patterns MCP Toolbox can compile: verdicts of Go's own package, kept in re2-vectors.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchored, isChecked, isPortable } from '../../src/servers/api/pattern.ts';
import { isRe2 } from '../../src/servers/api/re2.ts';
import { pattern } from './patterns.ts';

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 're2-vectors.json'), 'utf8')) as {
  accepted: string[];
  refused: string[];
};

test('every verdict is that of Go', () => {
  expect(vectors.accepted.filter((it) => !isRe2(it))).toStrictEqual([]);
  expect(vectors.refused.filter((it) => isRe2(it))).toStrictEqual([]);
});

test('what is checked compiles with its anchors, and is no way out of them', () => {
  fc.assert(
    fc.property(pattern, (text) => !isChecked(text) || (isRe2(text) && isRe2(anchored(text)))),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
  );
  for (const text of ['a)|(b', '\\Qa', 'a|b)', '(?i', 'a\\']) expect(isChecked(text), text).toBe(false);
});

test.each(['(a{40}){40}', '[\\b]', '\\p{Alphabetic}', '\\p{Script=Greek}', '(?=a)', '\\1'])(
  '%s is refused',
  (text) => {
    expect(isChecked(text)).toBe(false);
    expect(isPortable(text)).toBe(false);
  },
);

test.each(['(?i)a', '\\p{Greek}', '\\pL', '[[:alpha:]]', '(?P<n>a)', '\\Qa.b\\E', '\\Aa\\z'])(
  '%s is for those who write it for RE2',
  (text) => expect(isChecked(text)).toBe(true),
);

test('a pattern is judged in one pass', () => {
  for (const text of ['(', '[', '(a', 'a{1000}', '\\Q', '[[:', '\\p{', '(?i'])
    expect(isChecked(text.repeat(100_000))).toBe(false);
});
