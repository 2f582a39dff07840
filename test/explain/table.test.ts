import fc from 'fast-check';
import { expect, it } from 'vitest';
import { table, wrap } from '../../src/explain/table.ts';

const rows = [
  ['a', 'postgres', 'one two three four five six seven eight nine ten eleven twelve'],
  ['orders-of-europe', 'mysql', 'short'],
];

it('aligns its columns, and wraps text where it has to', () => {
  expect(table(['NAME', 'TYPE', 'WHY'], rows, 120)).toEqual([
    'NAME              TYPE      WHY',
    'a                 postgres  one two three four five six seven eight nine ten eleven twelve',
    'orders-of-europe  mysql     short',
  ]);
  expect(table(['NAME', 'TYPE', 'WHY'], rows, 62)).toEqual([
    'NAME              TYPE      WHY',
    'a                 postgres  one two three four five six seven',
    '                            eight nine ten eleven twelve',
    'orders-of-europe  mysql     short',
  ]);
  expect(table(['NAME', 'TYPE', 'WHY'], rows, 40)).toEqual([
    'NAME: a',
    '  TYPE: postgres',
    '  WHY: one two three four five six',
    '    seven eight nine ten eleven twelve',
    'NAME: orders-of-europe',
    '  TYPE: mysql',
    '  WHY: short',
  ]);
});

it('keeps within its width, and loses nothing', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 60 }).map((text) => text.trim());
  const letters = (text: string): string => text.replaceAll(/[^ab]/g, '');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
      fc.integer({ min: 20, max: 200 }),
      (body, width) => {
        const lines = table(['X', 'Y', 'Z'], body, width);
        expect(lines.filter(({ length }) => length > width)).toEqual([]);
        const sorted = (text: string): string => letters(text).split('').sort().join('');
        expect(sorted(lines.join(''))).toBe(sorted(body.flat().join('')));
      },
    ),
  );
});

it('cuts a word only where it is longer than the line', () => {
  expect(wrap('a verylongword b', 6)).toEqual(['a', 'verylo', 'ngword', 'b']);
});
