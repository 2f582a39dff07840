import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/kube.ts';
import { reconcile, settle } from '../../../src/simulate/reconcile.ts';
import { entry, hostileNames, json, objectsOf, parts, worldFrom } from '../../support/arbitrary-world.ts';
import { run } from '../../support/handler.ts';
import {
  authority,
  credentials,
  database,
  environmentConfig,
  instance,
  secret,
  tenantWithToken,
  withObjects,
  withSpecOf,
  worldOf,
} from '../../support/world.ts';

const isFatal = ({ results }: RunFunctionResponse): boolean => results.some(({ severity }) => severity === 1);

const statusOf = (response: RunFunctionResponse) =>
  (response.desired?.composite?.resource?.['status'] ?? {}) as {
    resources: { name: string; phase: string; reason: string }[];
    selectedResources: number;
    resourceSummary: string;
  };

const dataOf = (response: RunFunctionResponse, key: string) =>
  (response.desired?.resources[key]?.resource?.['data'] ?? {}) as Record<string, string>;

/** Every path to a value in JSON, the root's own included. */
const pathsIn = (value: Json, path: string[] = []): string[][] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, key]))
    : []),
];

/** JSON with another value at a path. */
const replaced = (value: Json, [key, ...rest]: string[], by: Json): Json => {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as JsonObject) }) as JsonObject;
  copy[key] = replaced(copy[key] ?? null, rest, by);
  return copy;
};

/** The Kubernetes objects of a request: the composite, what it is composed of, and what it requires. */
const objectsIn = ({ observed, requiredResources }: RunFunctionRequest) => [
  ...(observed?.composite ? [observed.composite] : []),
  ...Object.values(observed?.resources ?? {}),
  ...Object.values(requiredResources).flatMap(({ items }) => items),
];

describe('wrong types anywhere in the objects of a request', () => {
  test.each(['claims', 'namespaced'] as const)(
    'get an answer or a refusal, and nothing is lost by them (%s)',
    async (flavour) => {
      const start = withObjects(
        withSpecOf(tenantWithToken(flavour), 'Database/shop', {
          sslMode: 'verify-full',
          caRef: { name: 'authority' },
        }),
        secret('authority', { 'ca.crt': authority() }),
      );
      const { request, response } = await settle(run, start);
      const count = objectsIn(request).length;
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: count - 1 }), fc.nat(), json, async (which, at, value) => {
          const bad = structuredClone(request);
          const target = objectsIn(bad)[which] as { resource: JsonObject };
          const paths = pathsIn(target.resource);
          target.resource = replaced(target.resource, paths[at % paths.length] ?? [], value) as JsonObject;
          const answer = await run(bad);
          const waiting = answer.conditions.length === 0;
          if (isFatal(answer) || waiting) {
            expect(answer.desired?.resources).toStrictEqual({});
            return;
          }
          expect(Object.keys(answer.desired?.resources ?? {})).toEqual(
            expect.arrayContaining(['config', 'credentials', 'deployment']),
          );
          expect(Object.keys(answer.requirements?.resources ?? {}).length).toBeGreaterThan(1);
          if (which > 0)
            expect(answer.desired?.composite?.resource).toHaveProperty('status.observedGeneration', 1);
        }),
        { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
      );
      expect(isFatal(response)).toBe(false);
    },
  );

  test('of the observed objects alone never make the function compose less', async () => {
    const { request, response } = await settle(run, tenantWithToken('namespaced'));
    const keys = Object.keys(request.observed?.resources ?? {});
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), json, async (key, value) => {
        const bad = structuredClone(request);
        const observed = bad.observed?.resources[key];
        if (observed) observed.resource = value as JsonObject;
        const answer = await run(bad);
        const missing = Object.keys(response.desired?.resources ?? {}).filter(
          (it) => !answer.desired?.resources[it],
        );
        expect(isFatal(answer) || answer.conditions.length === 0 ? [] : missing).toStrictEqual([]);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) },
    );
  });
});

describe('hostile names', () => {
  test.each(['claims', 'namespaced'] as const)(
    'of Resources are names like any other (%s)',
    async (flavour) => {
      await fc.assert(
        fc.asyncProperty(parts(fc.constantFrom(...hostileNames), hostileNames.length), async (it) => {
          const { response } = await reconcile(run, worldFrom({ ...it, flavour }));
          expect(isFatal(response)).toBe(false);
          expect(
            statusOf(response)
              .resources.map(({ name }) => name)
              .sort(),
          ).toStrictEqual(it.entries.map(({ name }) => name).sort());
          for (const key of Object.keys(dataOf(response, 'credentials')))
            expect(key).toMatch(/^[-A-Z0-9a-z_]+$/);
        }),
      );
    },
  );

  test.each(hostileNames)('as keys of labels, data and required resources: %j', async (name) => {
    const shop = database('namespaced', 'shop', { credentialsRef: { name: 'shop-db', passwordKey: name } });
    shop.metadata['labels'] = JSON.parse(`{"team":"sales",${JSON.stringify(name)}:"x"}`) as JsonObject;
    const data = JSON.parse(`{"username":"YQ==",${JSON.stringify(name)}:"cGFzcw=="}`) as JsonObject;
    const world = worldOf(instance('namespaced'), [
      environmentConfig(),
      shop,
      { ...secret('shop-db', {}), data },
      database('namespaced', 'reports'),
      credentials('reports'),
    ]);
    const { request } = await reconcile(run, world);
    const more = JSON.parse(
      `{${JSON.stringify(name)}:{"items":[]}}`,
    ) as RunFunctionRequest['requiredResources'];
    const response = await run({ ...request, requiredResources: { ...request.requiredResources, ...more } });
    expect(isFatal(response)).toBe(false);
    const usable = statusOf(response).resources.filter(({ phase }) => phase !== 'Failed');
    const isKey = /^[-._a-zA-Z0-9]{1,253}$/.test(name);
    expect(usable.map((it) => it.name)).toStrictEqual(isKey ? ['reports', 'shop'] : ['reports']);
    expect(dataOf(response, 'credentials')['SHOP_PASSWORD']).toBe(isKey ? 'cGFzcw==' : undefined);
  });

  const refused = hostileNames.filter((name) => name !== 'constructor');
  test.each(refused)('of the composite itself are refused: %j', async (name) => {
    const { response } = await reconcile(run, worldOf(instance('namespaced', {}, name), []));
    expect(isFatal(response)).toBe(true);
    expect(response.desired?.resources).toStrictEqual({});
  });

  test.each(hostileNames)('of another kind are refused: %j', async (name) => {
    const { response } = await reconcile(run, worldOf({ ...instance('namespaced'), kind: name }, []));
    expect(response.results.at(-1)?.message).toContain('is not a kind');
  });
});

test('any junk in the specs of Resources leaves the others as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry(), { maxLength: 4 }), async (junk) => {
      const good = [database('namespaced', 'good'), credentials('good')];
      const bad = junk.flatMap((it, index) =>
        objectsOf('namespaced', { ...it, name: `junk-${index}`, state: 'any' }),
      );
      const { response } = await reconcile(run, worldOf(instance('namespaced'), [...good, ...bad]));
      expect(Object.keys(dataOf(response, 'credentials'))).toContain('GOOD_PASSWORD');
    }),
  );
});
