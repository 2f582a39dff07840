import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/contract/failure.ts';
import { isolated } from '../../src/function/isolate.ts';
import type { PlannedResource } from '../../src/plan/resources.ts';

const resource = (name: string): PlannedResource => ({
  name,
  xr: { metadata: { name }, status: { phase: 'Connected' } },
  values: {},
  source: { texts: [name] },
});

const failed = ({ name, xr }: PlannedResource, failure: Failure): PlannedResource => ({
  name,
  xr,
  values: {},
  failure,
  source: { texts: [`${name} failed`] },
});

const namesOf = (resources: PlannedResource[]) => resources.map(({ name }) => name);

/** What a bug is about, from the mildest: its texts, that it has a place at all, its object. */
const about = [
  ({ failure }: PlannedResource) => failure === undefined,
  ({ source }: PlannedResource) => source !== undefined,
  ({ xr }: PlannedResource) => xr['status'] !== undefined,
];

test('every Resource that a bug is about fails, and nothing else of any', () => {
  const all = Array.from({ length: 12 }, (_, index) => resource(`r${index}`));
  const causes = fc.dictionary(fc.constantFrom(...namesOf(all)), fc.nat(2));
  fc.assert(
    fc.property(causes, (bugs) => {
      const make = (resources: PlannedResource[]) => {
        for (const each of resources)
          if (Object.hasOwn(bugs, each.name) && about[bugs[each.name] ?? 0]?.(each))
            throw new Error(each.name);
        return namesOf(resources);
      };
      const { made, resources } = isolated(all, make, failed);
      expect(made).toStrictEqual(namesOf(all));
      for (const [index, each] of resources.entries()) {
        const bug = Object.hasOwn(bugs, each.name) ? bugs[each.name] : undefined;
        if (bug === undefined) expect(each).toBe(all[index]);
        else expect(about.map((holds) => holds(each))).toStrictEqual([false, bug < 1, bug < 2]);
      }
    }),
  );
});

test('where only several together cause it, the younger fails', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(resource);
  const pairs = [
    ['a', 'c'],
    ['b', 'e'],
  ];
  const make = (resources: PlannedResource[]) => {
    const served = namesOf(resources.filter(({ failure }) => !failure));
    if (pairs.some((pair) => pair.every((name) => served.includes(name)))) throw new Error('both');
    return served;
  };
  expect(isolated(all, make, failed).made).toStrictEqual(['a', 'b', 'd']);
});

test('what throws for nothing at all is thrown', () => {
  const bug = () => {
    throw new Error('always');
  };
  expect(() => isolated([resource('a')], bug, failed)).toThrow('always');
  expect(() => isolated([], bug, failed)).toThrow('always');
});
