import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listAt } from '../../../src/contract/observed.ts';
import { runFunction } from '../../../src/function/run-function.ts';
import { serverTypes } from '../../../src/servers/registry.ts';
import type { AnyServerType } from '../../../src/servers/server-type.ts';
import { reconcile } from '../../../src/simulate/reconcile.ts';
import { NOW, release } from '../../support/handler.ts';
import { tenant, worldOf } from '../../support/world.ts';

const CANARY = 'canary-4c1e';

const dbhub = serverTypes.find(({ name }) => name === 'dbhub') as AnyServerType;

const statusOf = (response: RunFunctionResponse) =>
  listAt(response.desired?.composite?.resource, 'status', 'resources') as { name: string; reason: string }[];

const called = async (world: ReturnType<typeof tenant>) => {
  const reports: unknown[] = [];
  const { response } = await reconcile(
    (request) => runFunction(request, { release, now: NOW, report: (all) => reports.push(...all) }),
    world,
  );
  return { response, reports };
};

type Any = (...args: unknown[]) => unknown;

const replace = (part: keyof AnyServerType, by: Any): void => {
  vi.spyOn(dbhub as unknown as Record<string, Any>, part).mockImplementation(by);
};

/** Lets a function of the server type throw for the Database `shop`, by what it is given. */
const breaks = (part: keyof AnyServerType): void => {
  const real = dbhub[part] as Any;
  replace(part, (...args) => {
    if (JSON.stringify(args).includes('shop')) throw new TypeError(CANARY);
    return real(...args);
  });
};

afterEach(() => vi.restoreAllMocks());

describe('a bug that one Resource meets', () => {
  test.each(['unsupported', 'needs', 'destination', 'effective', 'source', 'check', 'config', 'id'] as const)(
    'in %s is that Resource’s alone, and the others are served',
    async (part) => {
      breaks(part);
      const { response, reports } = await called(tenant('claims'));
      expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
      expect(statusOf(response).map(({ name, reason }) => [name, reason])).toStrictEqual([
        ['reports', 'CappedByPolicy'],
        ['shop', 'InternalError'],
      ]);
      const data = response.desired?.resources['credentials']?.resource?.['data'] as object;
      expect(Object.keys(data)).toContain('REPORTS_PASSWORD');
      expect(reports).toMatchObject([
        {
          name: 'shop',
          namespace: 'tas-acme',
          error: 'TypeError',
          id: expect.stringMatching(/^[0-9a-f]{8}$/),
        },
      ]);
      const { id } = reports[0] as { id: string };
      expect(JSON.stringify(response)).toContain(`Internal error ${id}`);
      expect(JSON.stringify({ response, reports })).not.toContain(CANARY);
    },
  );

  test('is the reason of the Resource itself, and not fatal', async () => {
    breaks('needs');
    const shop = tenant('claims').objects.find(({ metadata }) => metadata.name.startsWith('shop-'));
    if (!shop) throw new Error('there is no shop');
    const { response, reports } = await called(worldOf(shop, tenant('claims').objects));
    expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
    expect(response.conditions).toMatchObject([
      { type: 'Accepted', reason: 'InternalError' },
      { type: 'CredentialsReady', reason: 'NotAccepted' },
      { type: 'Connected', reason: 'InternalError' },
    ]);
    expect(reports).toMatchObject([{ name: 'shop', namespace: 'tas-acme' }]);
  });

  test('that no Resource causes stays a bug of the call', async () => {
    replace('config', () => {
      throw new TypeError(CANARY);
    });
    await expect(called(tenant('claims'))).rejects.toThrow(CANARY);
  });
});
