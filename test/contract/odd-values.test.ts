import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oddityOf } from '../../src/contract/odd-values.ts';

const ends = [
  ['\n', 'line break'],
  ['\r\n', 'line break'],
  ['\u2028', 'line break'],
  [' ', 'blank'],
  ['\t', 'blank'],
  ['\u00a0', 'blank'],
] as const;
const plain = fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/);

test('every odd beginning and end of every value is named, and the value is not', () => {
  fc.assert(
    fc.property(plain, fc.constantFrom(...ends), fc.constantFrom(...ends), (value, before, after) => {
      expect(oddityOf(value)).toBeUndefined();
      expect(oddityOf(`${before[0]}${value}`)).toBe(`begins with a ${before[1]}`);
      expect(oddityOf(`${value}${after[0]}`)).toBe(`ends in a ${after[1]}`);
      expect(oddityOf(`\ufeff${value}${after[0]}`)).toBe(
        `begins with a byte order mark and ends in a ${after[1]}`,
      );
    }),
  );
});

test('a value that is nothing else has both ends', () => {
  expect(oddityOf('\n')).toBe('begins with a line break and ends in a line break');
  expect(oddityOf('')).toBeUndefined();
});
