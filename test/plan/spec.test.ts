import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hostilePath, maxString } from '../../src/plan/hostile.ts';
import { parseSpec, describe as sentence } from '../../src/plan/spec.ts';

describe('a string that a server would interpolate', () => {
  test.each([
    { reason: 'in a field', spec: { a: 'x${y}' }, want: 'spec.a' },
    {
      reason: 'in a list in a field',
      spec: { a: 'x', b: [{ c: 'x' }, { c: '{{y}}' }] },
      want: 'spec.b[1].c',
    },
    { reason: 'in a key', spec: { a: { '${b}': 'c' } }, want: 'spec.a' },
    { reason: 'half a mark', spec: { a: '$', b: '{', c: '$ {', d: '{ {' }, want: undefined },
    { reason: 'nothing', spec: null, want: undefined },
  ])('is found by its path: $reason', ({ reason, spec, want }) => {
    expect(hostilePath(spec), reason).toBe(want);
  });

  test('is refused where the schema has forgotten it', () => {
    expect(parseSpec(z.object({ a: z.string() }), { a: '${b}' })).toStrictEqual({
      ok: false,
      error: 'spec.a: must not contain "${" or "{{", because servers interpolate them',
    });
  });
});

describe('what is said of a spec that does not parse', () => {
  test('names the field and what is accepted, and repeats no value', () => {
    const spec = z.object({ port: z.int().max(9), host: z.string().regex(/^x$/, 'must be x') });
    const parsed = parseSpec(spec, { port: 10, host: 'hunter2' });
    expect(parsed).toMatchObject({
      error: expect.stringMatching(/^spec\.port: .*<=9; spec\.host: must be x$/),
    });
  });

  test('is short, however much is wrong', () => {
    const spec = z.record(z.string(), z.int());
    const wrong = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, 'text']));
    const parsed = parseSpec(spec, wrong);
    expect(!parsed.ok && parsed.error.length).toBeLessThanOrEqual(401);
  });

  test('says one thing once', () => {
    const { error } = z.object({ a: z.string().regex(/b/, 'no').regex(/c/, 'no') }).safeParse({ a: '' });
    expect(error && sentence(error)).toBe('spec.a: no');
  });

  test('a string of millions of characters is refused before any expression meets it', () => {
    const never = z.object({ a: z.string().refine(() => expect.unreachable()) });
    expect(parseSpec(never, { a: 'x'.repeat(maxString + 1) })).toStrictEqual({
      ok: false,
      error: 'spec.a: must not be longer than 65536 characters',
    });
  });
});
