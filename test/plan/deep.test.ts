import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../src/contract/hash.ts';
import { hostilePath, overlongPath } from '../../src/plan/hostile.ts';
import { parseSpec } from '../../src/plan/spec.ts';

const listsTo = (depth: number, bottom = '1'): unknown =>
  JSON.parse(`${'['.repeat(depth)}${bottom}${']'.repeat(depth)}`);
const mapsTo = (depth: number): unknown => JSON.parse(`${'{"b":1,"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

describe.each([
  ['lists', listsTo],
  ['maps', mapsTo],
])('20,000 nested %s', (_, make) => {
  const deep = make(20_000);

  test('have a canonical text', () => {
    expect(canonicalJson(deep)).toHaveLength(
      canonicalJson(make(1)).length +
        (canonicalJson(make(2)).length - canonicalJson(make(1)).length) * 19_999,
    );
  });

  test('are searched for strings', () => {
    expect(hostilePath(deep)).toBeUndefined();
    expect(overlongPath(deep)).toBeUndefined();
  });

  test('are refused as a spec', () => {
    const schema = z.object({ a: z.unknown() });
    const refused = { ok: false, error: 'spec: must not be nested deeper than 100' };
    expect(parseSpec(schema, { a: deep })).toStrictEqual(refused);
  });
});

test('a canonical text is the same at every depth', () => {
  const value = { z: [1, 'é"', null, { b: undefined, a: true }], a: { y: {}, x: [] } };
  let [around, text]: [unknown, string] = [value, canonicalJson(value)];
  for (let depth = 0; depth < 300; depth++) [around, text] = [[around], `[${text}]`];
  expect(canonicalJson(around)).toBe(text);
});

test('a hostile string is found at any depth, and its path is short', () => {
  const path = hostilePath(listsTo(20_000, '"${X}"'));
  expect(path?.startsWith('spec[0][0]')).toBe(true);
  expect(path?.length).toBeLessThan(400);
});
