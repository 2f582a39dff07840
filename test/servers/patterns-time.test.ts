import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Patterns that meet short texts only. */
const forShortTexts = [
  // identifiers and names of tools, which are cut to 64 characters before
  '/_+$/',
  '/[_-]+$/',
  // reasons of a parser, which are cut to 100 characters before
  '/\\s*(?:!<|"|: ).*$/s',
];

test('no regular expression over what tenants write takes time that grows faster than the text', () => {
  const program = join(import.meta.dirname, 'patterns-timed.ts');
  const slow = execFileSync(process.execPath, [program], { encoding: 'utf8' });
  expect(slow.split('\n').filter((line) => line !== '' && !forShortTexts.includes(line))).toStrictEqual([]);
}, 120_000);
