/**
 * A server type with a bug on purpose, in each of its functions: it throws for one Resource, and everything else of the
 * Instance is as it would be without that.
 */
import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { listAt, stringAt } from '../../../src/contract/observed.ts';
import { targetsKey } from '../../../src/contract/targets.ts';
import { describeCluster } from '../../../src/explain/described-cluster.ts';
import { explain } from '../../../src/explain/explain.ts';
import { type ReportedFailure, runFunction } from '../../../src/function/run-function.ts';
import { serverTypes } from '../../../src/servers/registry.ts';
import type { AnyServerType } from '../../../src/servers/server-type.ts';
import { reconcile, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { NOW, release } from '../../support/handler.ts';
import { tenant, worldOf } from '../../support/world.ts';

const CANARY = 'canary-4c1e';

const dbhub = serverTypes.find(({ name }) => name === 'dbhub') as AnyServerType;

type Any = (...args: unknown[]) => unknown;

/** The server types, where a function of DBHub's throws for arguments of which this holds. */
const broken = (part: keyof AnyServerType, throwsFor: (args: string) => boolean): AnyServerType[] => {
  const real = dbhub[part] as Any;
  const bug: Any = (...args) => {
    if (throwsFor(JSON.stringify(args))) throw new TypeError(CANARY);
    return real(...args);
  };
  return serverTypes.map((type) => (type === dbhub ? { ...dbhub, [part]: bug } : type));
};

const ofShop = (args: string): boolean => args.includes('shop');
/** A usable one; where it keeps its place, its configuration says that it met a bug. */
const ofUsableShop = (args: string): boolean => ofShop(args) && !/internal-?error/i.test(args);

const world = tenant('claims');

const called = async (types: AnyServerType[], of: World = world) => {
  const reports: ReportedFailure[] = [];
  const run = (request: RunFunctionRequest) =>
    runFunction(request, { release, now: NOW, types, report: (all) => reports.push(...all) });
  const { response } = await reconcile(run, of);
  return { response, reports };
};

const statusOf = (response: RunFunctionResponse) =>
  listAt(response.desired?.composite?.resource, 'status', 'resources');

const resourceOf = (response: RunFunctionResponse, key: string): JsonObject | undefined =>
  response.desired?.resources[key]?.resource;

/** What the parts of an answer contain about the Database `reports`. */
const reportsIn = (response: RunFunctionResponse) => ({
  status: statusOf(response).find((entry) => stringAt(entry, 'name') === 'reports'),
  credentials: Object.entries(resourceOf(response, 'credentials')?.['data'] ?? {}).filter(([key]) =>
    key.startsWith('REPORTS_'),
  ),
  target: targetsIn(response).find(({ name }) => name === 'reports'),
  config: (stringAt(resourceOf(response, 'config'), 'data', 'dbhub.toml') ?? '')
    .split('\n\n')
    .filter((part) => /(id|source) = "reports"/.test(part)),
});

const targetsIn = (response: RunFunctionResponse): { name: string; problem?: { reason: string } }[] => {
  const texts = Object.values(response.desired?.resources ?? {}).flatMap(
    ({ resource }) => stringAt(resource, 'data', targetsKey) ?? [],
  );
  return (JSON.parse(texts[0] ?? '{"targets":[]}') as { targets: { name: string }[] }).targets;
};

const isolatedIn = async (types: AnyServerType[], of: World = world) => {
  const { response, reports } = await called(types, of);
  const sound = await called([...serverTypes]);
  expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
  expect(reportsIn(response)).toStrictEqual(reportsIn(sound.response));
  expect(statusOf(response)).toMatchObject([
    { name: 'reports' },
    { name: 'shop', phase: 'Failed', reason: 'InternalError' },
  ]);
  expect(targetsIn(response).find(({ name }) => name === 'shop')?.problem?.reason).toBe('InternalError');
  expect(reports).toMatchObject([
    {
      kind: 'Database',
      namespace: 'tas-acme',
      name: 'shop',
      error: 'TypeError',
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      stack: expect.arrayContaining([expect.stringContaining('internal-error.test.ts')]),
    },
  ]);
  expect(JSON.stringify(response)).toContain(`Internal error ${reports[0]?.id}`);
  expect(JSON.stringify({ response, reports })).not.toContain(CANARY);
  return stringAt(resourceOf(response, 'config'), 'data', 'dbhub.toml') ?? '';
};

const parts = ['unsupported', 'needs', 'destination', 'effective', 'source', 'check', 'config'] as const;

describe('a bug that one Resource meets', () => {
  test.each([...parts, 'id'] as const)('in %s is of that Resource alone', async (part) => {
    await isolatedIn(broken(part, ofShop));
  });

  test.each(parts)('in %s leaves the place of the Resource, so that tools keep their names', async (part) => {
    expect(await isolatedIn(broken(part, ofUsableShop))).toContain('internal-error.invalid');
  });

  test('that only appears with another Resource is of the younger', async () => {
    const both = (args: string): boolean => args.includes('reports') && ofUsableShop(args);
    const younger = world.objects.map((object) =>
      object.metadata.name.startsWith('shop-')
        ? { ...object, metadata: { ...object.metadata, creationTimestamp: '2026-03-02T09:59:00Z' } }
        : object,
    );
    await isolatedIn(broken('config', both), { ...world, objects: younger });
  });

  test('that no Resource causes stays a bug of the call', async () => {
    await expect(called(broken('config', () => true))).rejects.toThrow(CANARY);
  });

  test.each(['unsupported', 'needs', 'destination'] as const)(
    'in %s is the reason of the Resource itself, and not fatal',
    async (part) => {
      const shop = world.objects.find(({ metadata }) => metadata.name.startsWith('shop-')) as KubeObject;
      const { response, reports } = await called(broken(part, ofShop), worldOf(shop, world.objects));
      expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
      expect(response.conditions).toMatchObject([
        { type: 'Accepted', reason: 'InternalError' },
        { type: 'CredentialsReady', reason: 'NotAccepted' },
        { type: 'Connected', reason: 'InternalError' },
      ]);
      expect(reports).toMatchObject([{ kind: 'Database', namespace: 'tas-acme', name: 'shop' }]);
    },
  );

  test.each(parts)('in %s is explained, beside the others', async (part) => {
    const objects = [world.composite, ...world.objects].map((object) => ({
      object: object as unknown as JsonObject,
      at: 'x.yaml:1',
      where: () => 'x.yaml:1',
    }));
    const built = describeCluster({
      files: objects,
      observed: [],
      namespace: 'tas-acme',
      types: serverTypes,
    });
    expect(built.errors).toEqual([]);
    const { instances } = await explain(built, broken(part, ofShop), { release, now: NOW });
    expect(instances).toMatchObject([
      {
        selected: [
          { name: 'reports', usable: true },
          { name: 'shop', usable: false, reason: 'InternalError' },
        ],
      },
    ]);
    expect(instances[0]?.notes).toContainEqual(
      expect.stringMatching(/^shop met the internal error [0-9a-f]{8}: report it as TypeError at /),
    );
    expect(JSON.stringify(instances)).not.toContain(CANARY);
  });
});
