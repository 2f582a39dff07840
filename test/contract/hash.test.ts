import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/contract/hash.ts';

const sorting = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;

test('canonical JSON is what JSON.stringify makes of sorted keys', () => {
  // keys that look like array indices come first in every object, whatever the order they are set in
  const key = fc.string().filter((text) => !/^(0|[1-9][0-9]*)$/.test(text) && text !== '__proto__');
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
    tree: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(canonicalJson(value)).toBe(JSON.stringify(value, sorting) ?? 'null');
    }),
  );
});

test('the order of keys makes no difference, those that look like numbers included', () => {
  const one = { b: 1, a: { 10: 'x', 9: 'y', z: [1] } };
  const other = { a: { z: [1], 9: 'y', 10: 'x' }, b: 1 };
  expect(canonicalJson(one)).toBe(canonicalJson(other));
});
