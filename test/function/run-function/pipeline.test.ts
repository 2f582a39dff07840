import type { RunFunctionRequest, State } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import { settle, type World } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { tenant, withSettings, withSpec } from '../../support/world.ts';

/** What a function before this one in the pipeline desires. */
const desired: State = {
  composite: {
    resource: { status: { other: 'kept', phase: 'theirs' }, metadata: { labels: { theirs: 'yes' } } },
    connectionDetails: { url: Buffer.from('theirs') },
    ready: 1,
  },
  resources: {
    theirs: {
      resource: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs' } },
      connectionDetails: { key: Buffer.from('value') },
      ready: 2,
    },
  },
};
const context = { 'example.com/other': { kept: true } };

const answer = async (
  world: World,
  change: (request: RunFunctionRequest) => RunFunctionRequest = (r) => r,
) => {
  const { request } = await settle(run, tenant('namespaced'));
  const { composite } = world;
  return run(
    change({
      ...request,
      meta: { tag: 'a tag', capabilities: request.meta?.capabilities ?? [] },
      observed: {
        resources: request.observed?.resources ?? {},
        composite: { resource: composite as never, connectionDetails: {}, ready: 0 },
      },
      desired,
      context,
    }),
  );
};

describe('what other functions of the pipeline desire', () => {
  const world = tenant('namespaced');

  test.each([
    { reason: 'in a full answer', args: {} },
    { reason: 'while something is still to be fetched', args: { requiredResources: {} } },
    { reason: 'in a fatal answer', args: { meta: { tag: 'a tag', capabilities: [] } } },
  ])('is kept $reason', async ({ args }) => {
    const response = await answer(world, (request) => ({ ...request, ...args }));
    expect(response.desired?.resources['theirs']).toStrictEqual(desired.resources['theirs']);
    expect(response.context).toStrictEqual(context);
    expect(response.desired?.composite?.connectionDetails).toStrictEqual(
      desired.composite?.connectionDetails,
    );
    expect(response.desired?.composite?.resource).toMatchObject({
      metadata: { labels: { theirs: 'yes' } },
      status: { other: 'kept' },
    });
    expect(response.meta?.tag).toBe('a tag');
  });

  test('is overruled where this function says something itself', async () => {
    const response = await answer(world);
    expect(response.desired?.composite?.ready).toBe(1);
    expect(response.desired?.composite?.resource).toMatchObject({ status: { phase: 'Running' } });
  });
});

describe('a fatal answer', () => {
  test.each([
    {
      reason: 'a spec',
      world: () => withSpec(tenant('namespaced'), { replicas: -1 }),
      want: 'spec.replicas',
    },
    {
      reason: 'the settings',
      world: () => tenant('namespaced'),
      change: (request: RunFunctionRequest) => ({ ...request, input: { ttl: 7 } }),
      want: 'input.ttl',
    },
  ])(
    'names what is wrong with $reason three times: for the claim, for events, for Crossplane',
    async (it) => {
      const response = await answer(it.world(), it.change);
      const [warning, fatal, ...more] = response.results;
      expect(more).toStrictEqual([]);
      expect([warning?.severity, fatal?.severity]).toStrictEqual([2, 1]);
      expect([warning?.target, fatal?.target]).toStrictEqual([2, 2]);
      expect(response.conditions).toStrictEqual([
        expect.objectContaining({ type: 'ConfigRendered', status: 3, target: 2, message: fatal?.message }),
      ]);
      expect(warning?.message).toBe(fatal?.message);
      expect(fatal?.message).toContain(it.want);
      expect(Object.keys(response.desired?.resources ?? {}), 'only what others desire').toStrictEqual([
        'theirs',
      ]);
      expect(Object.keys(response.requirements?.resources ?? {})).toContain(
        'apiextensions.crossplane.io/v1beta1/EnvironmentConfig/function-mcp',
      );
    },
  );

  test('nothing fatal is decided on settings before they have been fetched', async () => {
    const world = withSettings(withSpec(tenant('namespaced'), { image: 'ghcr.io/acme/dbhub:1' }), {
      allowedImages: { dbhub: ['ghcr.io/acme/*'] },
    });
    const response = await answer(world, (request) => ({ ...request, requiredResources: {} }));
    expect(response.results).toStrictEqual([]);
    expect(response.conditions).toStrictEqual([]);
  });
});
