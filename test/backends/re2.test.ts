/** Holds the judge of patterns to Go's package regexp, and writes its verdicts for the tests that have no Go. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRe2 } from '../../src/servers/api/re2.ts';
import { forms, pattern } from '../servers/patterns.ts';

const verdictsOfGo = (patterns: readonly string[]): boolean[] =>
  execFileSync('go', ['run', '.'], {
    cwd: join(import.meta.dirname, '../tools/re2'),
    input: patterns.map((it) => `${JSON.stringify(it)}\n`).join(''),
    maxBuffer: 2 ** 30,
  })
    .toString()
    .trim()
    .split('\n')
    .map((line) => line === 'true');

test('the judge says what Go says', { timeout: 120_000 }, () => {
  const patterns = [...forms, ...fc.sample(pattern, Number(process.env['FUZZ_RUNS'] ?? 20_000))];
  const verdicts = verdictsOfGo(patterns);
  expect(verdicts).toHaveLength(patterns.length);
  expect(patterns.filter((it, index) => isRe2(it) !== verdicts[index])).toStrictEqual([]);
});

test('the vectors are what Go says', { timeout: 120_000 }, () => {
  const file = join(import.meta.dirname, '../servers/re2-vectors.json');
  if (process.env['RE2_VECTORS'] === 'write') {
    const patterns = [...new Set([...forms, ...fc.sample(pattern, { numRuns: 1500, seed: 1 })])].sort();
    const verdicts = verdictsOfGo(patterns);
    const of = (wanted: boolean) => patterns.filter((_, index) => verdicts[index] === wanted);
    writeFileSync(file, `${JSON.stringify({ accepted: of(true), refused: of(false) }, null, 2)}\n`);
  }
  const { accepted, refused } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  expect(verdictsOfGo(accepted ?? [])).not.toContain(false);
  expect(verdictsOfGo(refused ?? [])).not.toContain(true);
});
