import {
  Capability,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { difference } from '../../support/readable.ts';
import {
  credentials,
  database,
  type Flavour,
  reported,
  secret,
  tenant,
  withObjects,
  without,
  withoutSettings,
  withSpec,
} from '../../support/world.ts';
import { expectWhole } from './cases.ts';

const flavours = ['namespaced', 'claims'] as const;

/** Every request and response of a reconcile. */
const calls = async (world: World) => {
  const all: { request: RunFunctionRequest; response: RunFunctionResponse }[] = [];
  await reconcile(async (request) => {
    const response = await run(request);
    all.push({ request, response });
    return response;
  }, world);
  return all;
};

const settled = async (flavour: Flavour) => {
  const { request, response, world } = await settle(run, tenant(flavour));
  return { request, response, world };
};

/** A request with its composite changed. */
const about = (request: RunFunctionRequest, composite: object): RunFunctionRequest => ({
  ...request,
  observed: {
    composite: { resource: composite as never, connectionDetails: {}, ready: 0 },
    resources: {},
  },
});

describe.each(flavours)('the loop of requirements (%s)', (flavour) => {
  test('at rest', async () => {
    const { response } = await settled(flavour);
    await expectWhole(response, `at-rest.${flavour}`, 'a tenant whose Instance serves two Databases');
  });

  test('at rest on a platform that has applied nothing but the packages', async () => {
    const { response } = await settle(run, withoutSettings(tenant(flavour)));
    await expectWhole(
      response,
      `bare-platform.${flavour}`,
      'a tenant without platform.yaml is served all the same',
    );
    const kinds = Object.values(response.desired?.resources ?? {}).map(({ resource }) => resource?.['kind']);
    expect(new Set(kinds), 'only what Crossplane may compose by default').toStrictEqual(
      new Set(['ConfigMap', 'Secret', 'Deployment', 'Service', 'ServiceAccount']),
    );
  });

  test('the binding of the probe follows its role: applied before it, it is refused', async () => {
    const first = (await calls(tenant(flavour))).at(-1)?.response.desired?.resources ?? {};
    const role = flavour === 'claims' ? 'probe-role-cluster' : 'probe-role';
    expect(Object.keys(first)).toContain(role);
    expect(Object.keys(first)).not.toContain(`${role}-binding`);
    const { response } = await settled(flavour);
    expect(Object.keys(response.desired?.resources ?? {})).toContain(`${role}-binding`);
  });

  test('a first reconcile asks, is answered, and asks for more until it has seen everything', async () => {
    const answers = await calls(tenant(flavour));
    expect(answers).toHaveLength(3);
    for (const [index, { response }] of answers.entries()) {
      await expectWhole(
        response,
        `loop/${flavour}.call-${index + 1}`,
        `call ${index + 1} of a first reconcile`,
      );
    }
  });

  test('before everything is there an answer holds requirements and nothing else', async () => {
    for (const { response } of (await calls(tenant(flavour))).slice(0, -1)) {
      expect(response.desired).toStrictEqual({ composite: undefined, resources: {} });
      expect(response.results).toStrictEqual([]);
      expect(response.conditions).toStrictEqual([]);
    }
  });

  test('every answer names every requirement again', async () => {
    const answers = (await calls(tenant(flavour))).map(
      ({ response }) => response.requirements?.resources ?? {},
    );
    for (const [index, required] of answers.entries()) {
      for (const before of answers.slice(0, index)) expect(required).toMatchObject(before);
    }
  });

  test('every requirement of a namespaced kind names its namespace', async () => {
    const clusterWide = ['EnvironmentConfig', 'XDatabase', 'ClusterRole', 'ClusterRoleBinding'];
    for (const { response } of await calls(tenant(flavour))) {
      for (const { kind, namespace } of Object.values(response.requirements?.resources ?? {})) {
        expect(namespace, kind).toBe(clusterWide.includes(kind) ? undefined : 'tas-acme');
      }
    }
  });

  test('a reconcile whose first call is seeded takes one call', async () => {
    const { world } = await settled(flavour);
    expect(await calls(world)).toHaveLength(1);
  });

  test('what was required under an old selector is not taken for an answer to the new one', async () => {
    const { world } = await settled(flavour);
    const other = withObjects(
      withSpec(world, { resourceSelector: { matchLabels: { team: 'ops' } } }),
      reported(database(flavour, 'metrics', {}, { labels: { team: 'ops' } })),
      credentials('metrics'),
    );
    const [first, ...rest] = await calls(other);
    expect(first?.response.desired?.resources, 'nothing is decided on the old answer').toStrictEqual({});
    expect(Object.keys(rest.at(-1)?.response.desired?.resources ?? {})).toContain('deployment');
    expect(rest.at(-1)?.response.desired?.composite?.resource).toMatchObject({
      status: { resourceSummary: '1/1', connectedResources: ['metrics'] },
    });
  });

  test('items that do not match what was asked for are ignored', async () => {
    const { request, response } = await settled(flavour);
    const stray = [
      database(flavour, 'unlabelled', {}, { labels: { team: 'ops' } }),
      database(flavour, 'theirs', {}, { namespace: 'tas-beta' }),
      secret('shop-db', { username: 'theirs', password: 'theirs' }, { namespace: 'tas-beta' }),
      { ...credentials('reports'), kind: 'ConfigMap' },
    ].map((object) => ({ resource: object as never, connectionDetails: {}, ready: 0 }));
    const flooded: RunFunctionRequest = {
      ...request,
      requiredResources: Object.fromEntries(
        Object.entries(request.requiredResources).map(([key, { items }]) => [
          key,
          { items: [...stray, ...items] },
        ]),
      ),
    };
    expect(difference(response, await run(flooded))).toBe('nothing differs\n');
  });

  test('a requirement that was fetched and not found is empty, which is an answer', async () => {
    const { world } = await settled(flavour);
    const gone = without(world, 'Secret/shop-db');
    expect(await calls(gone)).toHaveLength(1);
  });

  test('an answer that is missing is asked for again, and nothing is deleted meanwhile', async () => {
    const { request } = await settled(flavour);
    const keys = Object.keys(request.requiredResources);
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) {
      const { [key]: _, ...others } = request.requiredResources;
      const response = await run({ ...request, requiredResources: others });
      expect(Object.keys(response.requirements?.resources ?? {}), key).toContain(key);
      expect(response.desired?.resources, key).toStrictEqual({});
      expect(response.conditions, key).toStrictEqual([]);
    }
  });
});

describe('a request that cannot be answered', () => {
  test.each([
    {
      reason: 'a Crossplane that gives functions no required resources',
      args: (request: RunFunctionRequest) => ({
        ...request,
        meta: { tag: 'tag', capabilities: [Capability.CAPABILITY_CAPABILITIES] },
      }),
      want: 'no-capability',
    },
    {
      reason: 'a Crossplane that says nothing about itself',
      args: (request: RunFunctionRequest) => ({ ...request, meta: undefined }),
      want: 'no-meta',
    },
    {
      reason: 'a foreign kind',
      args: (request: RunFunctionRequest) =>
        about(request, { apiVersion: 'example.com/v1', kind: 'Bucket', metadata: { name: 'b' } }),
      want: 'unknown-kind',
    },
    {
      reason: 'an unknown version of our group',
      args: (request: RunFunctionRequest) =>
        about(request, { apiVersion: 'dbhub.tas.io/v2', kind: 'Database' }),
      want: 'unknown-version',
    },
    {
      reason: 'no composite at all',
      args: (request: RunFunctionRequest) => ({ ...request, observed: undefined }),
      want: 'no-composite',
    },
    {
      reason: 'an XR of the claims flavour that was made without a claim',
      args: (request: RunFunctionRequest) =>
        about(request, {
          apiVersion: 'dbhub.tas.io/v1alpha1',
          kind: 'XDBHubInstance',
          metadata: { name: 'sales', labels: { 'crossplane.io/claim-namespace': 'tas-acme' } },
          spec: {},
        }),
      want: 'no-claim',
    },
    {
      reason: 'an XR of the namespaced flavour without a namespace',
      args: (request: RunFunctionRequest) =>
        about(request, {
          apiVersion: 'dbhub.tas.io/v1alpha1',
          kind: 'DBHubInstance',
          metadata: { name: 'sales' },
          spec: { claimRef: { namespace: 'tas-acme', name: 'sales' } },
        }),
      want: 'no-namespace',
    },
  ])('$reason', async ({ reason, args, want }) => {
    const { request } = await settled('namespaced');
    await expectWhole(await run(args(request)), `refused/${want}`, reason);
  });
});
