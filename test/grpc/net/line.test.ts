import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLine } from '../../../src/grpc/net/line.ts';

const restTurns = 4;
const turn = () => new Promise<void>((done) => setImmediate(done));

/** Runs the calls in a line; gives those that ran in each turn of the event loop. */
const runsOf = async (calls: readonly { tenant: string; large: boolean }[]): Promise<number[][]> => {
  const line = createLine(restTurns);
  const turns: number[][] = [[]];
  for (const [index, { tenant, large }] of calls.entries())
    line.add(tenant, large, () => void turns.at(-1)?.push(index));
  while (turns.flat().length < calls.length) {
    await turn();
    turns.push([]);
  }
  return turns;
};

const call = fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), large: fc.boolean() });

test('one call runs per turn, and large ones leave room for small ones between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 30 }), async (calls) => {
      const turns = await runsOf(calls);
      expect(turns.flat().sort((a, b) => a - b)).toStrictEqual(calls.map((_, index) => index));
      expect(Math.max(...turns.map((it) => it.length))).toBe(1);
      const larges = turns.flatMap((it, at) => (it.some((index) => calls[index]?.large) ? [at] : []));
      const gaps = larges.slice(1).map((at, index) => at - (larges[index] as number));
      expect(gaps.every((gap) => gap >= restTurns)).toBe(true);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 50) },
  );
});

test('a small call of a tenant runs before the second large call of another one', async () => {
  const large = Array.from({ length: 20 }, () => ({ tenant: 'evil', large: true }));
  const runs = (await runsOf([...large, { tenant: 'acme', large: false }])).flat();
  expect(runs.indexOf(20)).toBeLessThanOrEqual(1);
});

test('tenants take turns', async () => {
  const calls = ['a', 'a', 'a', 'b', 'c'].map((tenant) => ({ tenant, large: false }));
  expect((await runsOf(calls)).flat()).toStrictEqual([0, 3, 4, 1, 2]);
});
