import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import toml from '@iarna/toml';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { reconcile, settle } from '../../../src/simulate/reconcile.ts';
import {
  type Entry,
  entry,
  objectName,
  type Parts,
  parts,
  secretsOf,
  worldFrom,
} from '../../support/arbitrary-world.ts';
import { handler, run } from '../../support/handler.ts';
import { leaksIn, outsideOfSecret } from '../../support/secrets.ts';
import { withoutSettings, withSettings } from '../../support/world.ts';

const isFatal = ({ results }: RunFunctionResponse): boolean => results.some(({ severity }) => severity === 1);

const objectOf = (response: RunFunctionResponse, key: string): JsonObject =>
  (response.desired?.resources[key]?.resource ?? {}) as JsonObject;

const dataOf = (response: RunFunctionResponse, key: string): Record<string, string> =>
  (objectOf(response, key)['data'] ?? {}) as Record<string, string>;

const podTemplate = (response: RunFunctionResponse, key = 'deployment'): unknown =>
  (objectOf(response, key)['spec'] as JsonObject | undefined)?.['template'];

interface Config {
  sources?: { id: string }[];
  tools?: { source: string }[];
}

/** The configuration by the id of its source. */
const sources = (response: RunFunctionResponse): Record<string, unknown> => {
  const { sources = [], tools = [] } = toml.parse(dataOf(response, 'config')['dbhub.toml'] ?? '') as Config;
  return Object.fromEntries(
    sources.map((source) => [source.id, [source, tools.filter((tool) => tool.source === source.id)]]),
  );
};

/** The same JSON with the keys of every object, and the items of every answer, in another order. */
const shuffled = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(shuffled) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, child]) => [key, shuffled(child)])
      .toReversed(),
  ) as T;
};

const reversedItems = (request: RunFunctionRequest): RunFunctionRequest => ({
  ...request,
  requiredResources: Object.fromEntries(
    Object.entries(request.requiredResources).map(([key, { items }]) => [key, { items: items.toReversed() }]),
  ),
});

describe('whatever a tenant has', () => {
  test('an answer is the same each time, and whatever the order of maps and items', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), async (it) => {
        const { request, response } = await reconcile(run, worldFrom(it));
        expect(await run(request)).toStrictEqual(response);
        expect(await run(reversedItems(shuffled(request)))).toStrictEqual(response);
      }),
    );
  });

  test('reconciling comes to rest, and then changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), async (it) => {
        const { response, world } = await settle(run, worldFrom(it), 4);
        const again = await reconcile(run, world);
        expect(again.response).toStrictEqual(response);
        if (!isFatal(response)) expect(response.meta?.ttl?.seconds).toBeGreaterThan(3);
      }),
    );
  });

  test('no secret shows outside of the one Secret, and in it every value is printable ASCII', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), async (it) => {
        const secrets = secretsOf(it);
        await reconcile(async (request) => {
          const response = await run(request);
          expect(leaksIn(outsideOfSecret(response), secrets)).toStrictEqual([]);
          for (const value of Object.values(dataOf(response, 'credentials'))) {
            expect(Buffer.from(value, 'base64').toString('latin1')).toMatch(/^[\x21-\x7e]+$/);
          }
          return response;
        }, worldFrom(it));
      }),
    );
  });

  test('every placeholder has a value, every value a placeholder, and the pods mount just these', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), async (it) => {
        const { response } = await reconcile(run, worldFrom(it));
        if (isFatal(response)) return;
        const { 'auth-token': _, 'credentials-revision': __, ...values } = dataOf(response, 'credentials');
        const named = [...(dataOf(response, 'config')['dbhub.toml'] ?? '').matchAll(/\$\{([^}]*)\}/g)];
        expect(new Set(named.map(([, name]) => name))).toStrictEqual(new Set(Object.keys(values)));
        const { spec } = podTemplate(response) as {
          spec: { volumes: { secret?: { items: { key: string }[] } }[] };
        };
        const mounted = spec.volumes.flatMap(({ secret }) => secret?.items.map(({ key }) => key) ?? []);
        expect(mounted.sort()).toStrictEqual([...Object.keys(values), 'credentials-revision'].sort());
      }),
    );
  });

  test('one more Database, however bad, leaves the others as they are', async () => {
    await fc.assert(
      fc.asyncProperty(parts(objectName, 5), entry(), async (it: Parts, more: Entry) => {
        fc.pre(it.entries.every(({ name }) => name !== more.name));
        const before = (await reconcile(run, worldFrom(it))).response;
        const after = (await reconcile(run, worldFrom({ ...it, entries: [...it.entries, more] }))).response;
        expect(isFatal(after)).toBe(isFatal(before));
        if (isFatal(before)) return;
        expect(Object.keys(after.desired?.resources ?? {})).toStrictEqual(
          Object.keys(before.desired?.resources ?? {}),
        );
        expect(sources(after)).toMatchObject(sources(before));
        expect(dataOf(after, 'credentials')).toMatchObject(dataOf(before, 'credentials'));
      }),
    );
  });

  test('neither a release, nor a label, nor a probe, nor the time restarts a pod', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), fc.array(entry(), { maxLength: 6 }), async (it, others) => {
        const { response, world } = await settle(run, worldFrom({ ...it, settings: {} }), 4);
        const { response: labelled } = await reconcile(run, withSettings(world, { environment: 'other' }));
        const { response: released } = await reconcile(handler({ version: '9.9.9' }), world);
        const { response: later } = await reconcile(
          handler({ now: Date.parse('2030-01-01T00:00:00Z') }),
          world,
        );
        const entries = it.entries.map((old, index) => ({ ...old, status: others[index]?.status }));
        const probed = worldFrom({ ...it, entries, settings: {} });
        const { response: reported } = await reconcile(run, { ...world, objects: probed.objects });
        const { response: unset } = await reconcile(run, withoutSettings(world));
        for (const changed of [labelled, released, later, reported, unset]) {
          expect(podTemplate(changed)).toStrictEqual(podTemplate(response));
          expect(podTemplate(changed, 'probe-deployment')).toStrictEqual(
            podTemplate(response, 'probe-deployment'),
          );
          expect(dataOf(changed, 'config')).toStrictEqual(dataOf(response, 'config'));
          expect(dataOf(changed, 'credentials')).toStrictEqual(dataOf(response, 'credentials'));
        }
      }),
    );
  });

  test('a rotated password changes the revision and nothing else of the pods', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), fc.uuid(), async (it, password) => {
        const entries = it.entries.map((old) => ({
          ...old,
          state: 'usable' as const,
          spec: {},
          username: old.username.replaceAll('\0', ''),
          password: old.password.replaceAll('\0', ''),
        }));
        const [first, ...rest] = entries;
        fc.pre(first !== undefined);
        const { response, world } = await settle(run, worldFrom({ ...it, entries }), 4);
        const rotated = worldFrom({ ...it, entries: [{ ...(first as Entry), password }, ...rest] });
        const { response: after } = await reconcile(run, { ...world, objects: rotated.objects });
        expect(dataOf(after, 'config')).toStrictEqual(dataOf(response, 'config'));
        expect(withoutRevision(podTemplate(after))).toBe(withoutRevision(podTemplate(response)));
        expect(revisionOf(after)).toBe(revisionOf(response) + 1);
      }),
    );
  });
});

const withoutRevision = (template: unknown): string =>
  JSON.stringify(template).replace(/"tas.io\/credentials-revision":"[0-9]+"/, '');

const revisionOf = (response: RunFunctionResponse): number =>
  Number(Buffer.from(dataOf(response, 'credentials')['credentials-revision'] ?? '', 'base64').toString());

describe('two tenants', () => {
  test('whose worlds are one cluster never see anything of each other', async () => {
    await fc.assert(
      fc.asyncProperty(parts(), parts(), async (ours, theirs) => {
        const alone = worldFrom(ours);
        const others = worldFrom({ ...theirs, flavour: ours.flavour }, 'tas-beta').objects.filter(
          ({ kind, metadata }) => kind !== 'EnvironmentConfig' && metadata.namespace !== 'platform',
        );
        const { response } = await reconcile(run, alone);
        const { response: together } = await reconcile(run, {
          ...alone,
          objects: [...others, ...alone.objects],
        });
        expect(together).toStrictEqual(response);
        expect(leaksIn(together, secretsOf(theirs))).toStrictEqual([]);
      }),
    );
  });
});
