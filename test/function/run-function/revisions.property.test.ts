/** Revisions grow, and pods can wait for them, whatever somebody writes on the objects that carry them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { stringAt } from '../../../src/contract/observed.ts';
import { readRevision } from '../../../src/contract/revision.ts';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import { base64, secret, tenant, withObjects, withObserved, withSpecOf } from '../../support/world.ts';

const digits = (count: number, digit = '9') => digit.repeat(count);

/** What may be found where a revision belongs. */
const found = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1.5',
    '1e9',
    ' 7',
    '7\n',
    '007',
    'NaN',
    'Infinity',
    '0x10',
    '٣',
    '999999999999',
  ),
  fc.integer({ min: 1, max: 20 }).map((count) => digits(count)),
  fc.integer({ min: 1, max: 400 }).map((count) => `1${digits(count, '0')}`),
  fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
  fc.string(),
);

const places = ['object', 'template', 'both', 'template, and no object'] as const;
type Place = (typeof places)[number];

/** The two things that have a revision, and the objects that hold it. */
const kinds = {
  credentials: { key: 'credentials', name: 'credentials-revision', encode: base64 },
  config: { key: 'config', name: 'config-revision', encode: (text: string) => text },
} as const;
type Kind = keyof typeof kinds;

const written = (world: World, kind: Kind, place: Place, text: string): World => {
  const { key, name, encode } = kinds[kind];
  const onObject = (it: World) =>
    withObserved(it, key, (object) => ({
      ...object,
      data: { ...(object['data'] as JsonObject), [name]: encode(text) },
    }));
  const onTemplate = (it: World) =>
    withObserved(it, 'deployment', (object) => {
      const copy = structuredClone(object) as KubeObject & {
        spec: { template: { metadata: { annotations: JsonObject } } };
      };
      copy.spec.template.metadata.annotations[`tas.io/${name}`] = text;
      return copy;
    });
  if (place === 'object') return onObject(world);
  if (place === 'template') return onTemplate(world);
  if (place === 'both') return onObject(onTemplate(world));
  return withObserved(onTemplate(world), key, () => undefined);
};

/** What the function puts on the pods, and the object that they wait for. */
const rendered = (world: World, kind: Kind): { pods: number; mounted: number } => {
  const { key, name } = kinds[kind];
  const template = ['spec', 'template', 'metadata', 'annotations', `tas.io/${name}`];
  const data = stringAt(world.observed[key], 'data', name) ?? '';
  return {
    pods: readRevision(stringAt(world.observed['deployment'], ...template)) ?? Number.NaN,
    mounted: readRevision(kind === 'config' ? data : Buffer.from(data, 'base64').toString()) ?? Number.NaN,
  };
};

/** The world after a change of the credentials and of the configuration. */
const changedBoth = (world: World, round: number): World =>
  withSpecOf(
    withObjects(world, secret('shop-db', { username: 'reader', password: `password ${round}` })),
    'Database/shop',
    { description: `Round ${round}` },
  );

test.each(Object.keys(kinds) as Kind[])(
  'each change of the %s renders a higher revision than the one before, and pods find it',
  async (kind) => {
    let start = (await settle(run, tenant('namespaced'))).world;
    for (let round = 10; round < 15; round++) start = (await settle(run, changedBoth(start, round))).world;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), found, async (place, text) => {
        let world = written(start, kind, place, text);
        let before = rendered(start, kind).pods;
        expect(before).toBeGreaterThan(4);
        for (let round = 1; round <= 3; round++) {
          ({ world } = await reconcile(run, changedBoth(world, round)));
          const { pods, mounted } = rendered(world, kind);
          expect(pods).toBeGreaterThan(before);
          expect(mounted).toBe(pods);
          before = pods;
        }
      }),
      {
        numRuns: Number(process.env['FUZZ_RUNS'] ?? 20),
        examples: [
          ['template', '999999999999'],
          ['object', '999999999999'],
          ['template, and no object', '1000000000000000'],
          ['template, and no object', '9007199254740991'],
          ['template, and no object', '5'],
          ['template, and no object', ''],
          ['both', '1'],
          ['both', '3000000000000000'],
          ['template', '9007199254740990'],
        ],
      },
    );
  },
);

test('a revision that was set back is restored even if nothing else changed', async () => {
  let { world } = await settle(run, tenant('namespaced'));
  for (let round = 1; round < 5; round++) ({ world } = await settle(run, changedBoth(world, round)));
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { world: after } = await settle(run, written(world, kind, 'both', '1'));
    expect(rendered(after, kind)).toStrictEqual(rendered(world, kind));
  }
});

test.each([
  { lacking: 'a change of the objects', remains: ['config', 'credentials', 'deployment'] },
  { lacking: 'the objects', remains: ['deployment'] },
  { lacking: 'everything', remains: [] },
])('a revision does not grow while Crossplane cannot apply $lacking', async ({ remains }) => {
  let { world } = await settle(run, tenant('namespaced'));
  for (let round = 1; round < 3; round++) ({ world } = await settle(run, changedBoth(world, round)));
  const observed = Object.fromEntries(remains.map((key) => [key, world.observed[key]])) as World['observed'];
  let next = changedBoth({ ...world, observed }, 3);
  const seen = new Set<string>();
  for (let round = 0; round < 4; round++) {
    ({ world: next } = await reconcile(run, next));
    seen.add(JSON.stringify([next.returnedStatus, rendered(next, 'config'), rendered(next, 'credentials')]));
    next = { ...next, observed };
  }
  expect(seen.size).toBe(1);
});
