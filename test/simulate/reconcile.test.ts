import type {
  ResourceSelector,
  RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import { type RunFunction, reconcile, resolve, settle, type World } from '../../src/simulate/reconcile.ts';
import { type KubeObject, stored } from '../../src/simulate/server-fields.ts';

const object = (kind: string, name: string, rest: Partial<KubeObject> = {}): KubeObject =>
  stored({ apiVersion: 'v1', kind, metadata: { name, namespace: 'a', labels: { app: name } }, ...rest });

const world: World = {
  composite: object('Thing', 'thing'),
  objects: [object('Secret', 'one'), object('Secret', 'two')],
  observed: {},
  required: {},
};

const named = (matchName: string): ResourceSelector => ({
  apiVersion: 'v1',
  kind: 'Secret',
  matchName,
  namespace: 'a',
});

function answer(request: RunFunctionRequest, parts: Partial<RunFunctionResponse> = {}): RunFunctionResponse {
  return {
    meta: { tag: '', ttl: undefined },
    desired: request.desired,
    results: [],
    context: undefined,
    requirements: undefined,
    conditions: [],
    output: undefined,
    ...parts,
  };
}

const requiring = (resources: Record<string, ResourceSelector>) => ({
  requirements: { extraResources: {}, resources, schemas: {} },
});

describe('a reconcile', () => {
  test('gives a function what it requires, and seeds the next one with it', async () => {
    const seen: string[][] = [];
    const run: RunFunction = (request) => {
      seen.push(Object.keys(request.requiredResources));
      return answer(request, requiring({ one: named('one'), none: named('none') }));
    };
    const first = await reconcile(run, world);
    expect(first.calls).toBe(2);
    expect(first.request.requiredResources['one']?.items[0]?.resource?.['metadata'].name).toBe('one');
    expect(first.request.requiredResources['none']).toEqual({ items: [] });
    expect((await reconcile(run, first.world)).calls).toBe(1);
    expect(seen).toEqual([[], ['one', 'none'], ['one', 'none']]);
  });

  test('fails when requirements never settle', async () => {
    let round = 0;
    const run: RunFunction = (request) => answer(request, requiring({ [`${round++}`]: named('one') }));
    await expect(reconcile(run, world)).rejects.toThrow(/did not stabilise/);
    expect(round).toBe(6);
  });

  test('changes nothing after a fatal result', async () => {
    const run: RunFunction = (request) =>
      answer(request, {
        desired: {
          composite: undefined,
          resources: { x: { resource: object('ConfigMap', 'x'), connectionDetails: {}, ready: 1 } },
        },
        results: [{ severity: 1, message: 'no' }],
      });
    expect((await reconcile(run, world)).world).toBe(world);
  });

  test('applies what is desired, deletes what is not any more, and keeps status fields of others', async () => {
    const composing =
      (names: string[], status: Record<string, string>): RunFunction =>
      (request) =>
        answer(request, {
          desired: {
            composite: { resource: { status }, connectionDetails: {}, ready: 1 },
            resources: Object.fromEntries(
              names.map((name) => [
                name,
                { resource: object('ConfigMap', name), connectionDetails: {}, ready: 1 },
              ]),
            ),
          },
        });
    const probed: World = { ...world, composite: { ...world.composite, status: { phase: 'probed' } } };
    const { world: first } = await reconcile(composing(['x', 'y'], { mine: '1', gone: '1' }), probed);
    expect(Object.keys(first.observed)).toEqual(['x', 'y']);
    expect(first.observed['x']?.metadata).toMatchObject({
      annotations: { 'crossplane.io/composition-resource-name': 'x' },
      ownerReferences: [{ name: 'thing', controller: true }],
    });
    const { world: second } = await reconcile(composing(['y'], { mine: '2' }), first);
    expect(Object.keys(second.observed)).toEqual(['y']);
    expect(second.observed['y']).toEqual(first.observed['y']);
    expect(second.composite['status']).toMatchObject({ phase: 'probed', mine: '2' });
    expect(second.composite['status']).not.toHaveProperty('gone');
  });

  test('is repeated until nothing changes', async () => {
    const run: RunFunction = (request) => {
      const step = Number(request.observed?.composite?.resource?.['status']?.step ?? 0);
      const resource = { status: { step: Math.min(step + 1, 3) } };
      return answer(request, {
        desired: { composite: { resource, connectionDetails: {}, ready: 1 }, resources: {} },
      });
    };
    expect((await settle(run, world)).world.composite['status']).toMatchObject({ step: 3 });
  });
});

test('a selector finds by name, by labels, or the whole kind, in its namespace alone', () => {
  const elsewhere = stored({
    ...object('Secret', 'one'),
    metadata: { name: 'one', namespace: 'b', labels: { app: 'one' } },
  });
  const objects = [elsewhere, ...world.objects];
  const found = (parts: Partial<ResourceSelector>): string[] =>
    resolve({ apiVersion: 'v1', kind: 'Secret', ...parts }, objects).items.map(
      ({ resource }) => `${resource?.['metadata'].namespace}/${resource?.['metadata'].name}`,
    );
  expect(found({ namespace: 'a' })).toEqual(['a/one', 'a/two']);
  expect(found({ matchLabels: { labels: { app: 'one' } } })).toEqual(['a/one', 'b/one']);
  expect(found({ namespace: 'b', matchLabels: { labels: { app: 'one' } } })).toEqual(['b/one']);
  expect(found({ namespace: 'a', matchName: 'two' })).toEqual(['a/two']);
  expect(found({ matchName: 'two' })).toEqual([]);
});
