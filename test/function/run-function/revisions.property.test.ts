/** Revisions grow, and pods can wait for them, whatever somebody writes on the objects that carry them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { stringAt } from '../../../src/contract/observed.ts';
import { readRevision } from '../../../src/contract/revision.ts';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import { base64, secret, tenant, withObjects, withObserved } from '../../support/world.ts';

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

type Place = 'secret' | 'template' | 'both' | 'template, and no Secret';

const written = (world: World, place: Place, text: string): World => {
  const onSecret = (it: World) =>
    withObserved(it, 'credentials', (object) => ({
      ...object,
      data: { ...(object['data'] as JsonObject), 'credentials-revision': base64(text) },
    }));
  const onTemplate = (it: World) =>
    withObserved(it, 'deployment', (object) => {
      const copy = structuredClone(object) as KubeObject & {
        spec: { template: { metadata: { annotations: JsonObject } } };
      };
      copy.spec.template.metadata.annotations['tas.io/credentials-revision'] = text;
      return copy;
    });
  if (place === 'secret') return onSecret(world);
  if (place === 'template') return onTemplate(world);
  if (place === 'both') return onSecret(onTemplate(world));
  return withObserved(onTemplate(world), 'credentials', () => undefined);
};

/** What the function puts on the pods, and the Secret that they wait for. */
const rendered = (world: World): { pods: number; mounted: number } => {
  const template = ['spec', 'template', 'metadata', 'annotations', 'tas.io/credentials-revision'];
  const text = stringAt(world.observed['deployment'], ...template);
  const data = stringAt(world.observed['credentials'], 'data', 'credentials-revision') ?? '';
  return {
    pods: readRevision(text) ?? Number.NaN,
    mounted: readRevision(Buffer.from(data, 'base64').toString()) ?? Number.NaN,
  };
};

const rotated = (world: World, round: number): World =>
  withObjects(world, secret('shop-db', { username: 'reader', password: `password ${round}` }));

test('each change of credentials renders a higher revision than the one before, and pods find it', async () => {
  const start = await settle(run, tenant('namespaced'));
  const place = fc.constantFrom<Place>('secret', 'template', 'both', 'template, and no Secret');
  await fc.assert(
    fc.asyncProperty(place, found, async (where, text) => {
      let world = written(start.world, where, text);
      let before = rendered(start.world).pods;
      // Where both were overwritten, or one is gone, nothing says how far the counting was.
      const lost = where === 'both' || where === 'template, and no Secret';
      const known = readRevision(text) ?? 0;
      if (lost && (known < before || known > 1e15)) before = -1;
      for (let round = 1; round <= 3; round++) {
        ({ world } = await reconcile(run, rotated(world, round)));
        const { pods, mounted } = rendered(world);
        expect(pods).toBeGreaterThan(before);
        expect(mounted).toBe(pods);
        before = pods;
      }
    }),
    {
      numRuns: Number(process.env['FUZZ_RUNS'] ?? 20),
      examples: [
        ['template', '999999999999'],
        ['secret', '999999999999'],
        ['template, and no Secret', '1000000000000000'],
        ['template, and no Secret', '9007199254740991'],
        ['template', '9007199254740990'],
      ],
    },
  );
});
