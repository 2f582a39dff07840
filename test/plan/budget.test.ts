import { describe, expect, test } from 'vitest';
import { maxObjectBytes, withinBudget } from '../../src/plan/budget.ts';
import type { PlannedResource } from '../../src/plan/resources.ts';

const planned = (name: string, fields: Partial<PlannedResource> = {}): PlannedResource => ({
  name,
  xr: {},
  values: {},
  source: { texts: [name] },
  ...fields,
});

const kib = (count: number): string => 'x'.repeat(count * 1024);
const names = (resources: PlannedResource[]) =>
  withinBudget(resources).flatMap(({ name, source }) => (source ? [name] : []));

describe('what an object may hold', () => {
  test.each([
    {
      reason: 'all that fits is served',
      args: [planned('a', { values: { A: kib(300) } }), planned('b', { values: { B: kib(300) } })],
      want: ['a', 'b'],
    },
    {
      reason: 'the oldest are served, as base64 takes a third more',
      args: [planned('a', { values: { A: kib(400) } }), planned('b', { values: { B: kib(400) } })],
      want: ['a'],
    },
    {
      reason: 'one that is too large alone does not stop the younger ones',
      args: [planned('a', { values: { A: kib(1000) } }), planned('b', { values: { B: kib(1) } })],
      want: ['b'],
    },
    {
      reason: 'one that no longer fits does not stop a smaller one after it',
      args: [
        planned('a', { values: { A: kib(500) } }),
        planned('b', { values: { B: kib(500) } }),
        planned('c', { values: { C: kib(1) } }),
      ],
      want: ['a', 'c'],
    },
    {
      reason: 'configuration and credentials are counted apart',
      args: [planned('a', { ca: kib(800) }), planned('b', { values: { B: kib(600) } })],
      want: ['a', 'b'],
    },
    {
      reason: 'an authority that several share counts once',
      args: [planned('a', { ca: kib(800) }), planned('b', { ca: kib(800) })],
      want: ['a', 'b'],
    },
    {
      reason: 'the authority of one that was left out does not count as there',
      args: [
        planned('a', { ca: kib(700), values: { A: kib(1000) } }),
        planned('b', { ca: kib(700) }),
        planned('c', { ca: kib(300) }),
      ],
      want: ['b'],
    },
  ])('$reason', ({ reason, args, want }) => {
    expect(names(args), reason).toStrictEqual(want);
  });

  test('whatever is left out has nothing in any object, and says why', () => {
    const [left] = withinBudget([planned('a', { ca: 'ca', values: { A: 'x'.repeat(maxObjectBytes) } })]);
    expect(left).toStrictEqual({
      name: 'a',
      xr: {},
      values: {},
      problem: { reason: 'TooMany', message: expect.stringContaining('900 KiB') },
    });
  });
});
