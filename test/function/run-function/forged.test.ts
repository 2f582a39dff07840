/** What a tenant can pass off as one of our objects, in the flavour in which tenants write `spec.crossplane.resourceRefs`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/kube.ts';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import { environmentConfig, TENANT, tenant, withSettings, worldOf, xr } from '../../support/world.ts';

const FATAL = 1;

const forged = (key: string, kind: string, name: string, more: JsonObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    namespace: TENANT,
    annotations: { 'crossplane.io/composition-resource-name': key, 'tas.io/adopt': 'true' },
  },
  ...more,
});

const observing = (world: World, key: string, object: KubeObject): World => ({
  ...world,
  observed: { ...world.observed, [key]: object },
});

const refusal = async (world: World) => {
  const { response } = await reconcile(run, world);
  return {
    fatal: response.results.some(({ severity }) => severity === FATAL),
    resources: Object.keys(response.desired?.resources ?? {}),
    condition: response.conditions[0],
  };
};

describe('an object that is passed off as one of our objects', () => {
  test('is refused under every key, whatever it is and whatever controls it', async () => {
    const { world } = await settle(run, tenant('namespaced'));
    const keys = Object.keys(world.observed);
    expect(keys.length).toBeGreaterThan(10);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys),
        fc.constantFrom('ConfigMap', 'Secret', 'Deployment', 'NetworkPolicy', 'Freeform'),
        fc.constantFrom('deny-all', 'sales', 'sales-creds', 'default'),
        fc.boolean(),
        async (key, kind, name, controlled) => {
          const own = world.observed[key];
          const object = forged(key, kind, name);
          fc.pre(own?.kind !== kind || own.metadata.name !== name);
          if (controlled)
            object.metadata['ownerReferences'] = own?.metadata['ownerReferences'] as unknown as Json;
          const { fatal, resources, condition } = await refusal(observing(world, key, object));
          expect({ fatal, resources }).toStrictEqual({ fatal: true, resources: [] });
          expect(condition).toMatchObject({ type: 'ConfigRendered', reason: 'ForeignObject' });
          expect(condition?.message).toContain('spec.crossplane.resourceRefs');
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
    );
  });

  test('is refused where it has the right name and nobody has released it', async () => {
    const { world } = await settle(run, tenant('namespaced'));
    const {
      name = '',
      namespace = '',
      annotations = {},
    } = (world.observed['network-policy']?.metadata ?? {}) as JsonObject;
    const { fatal } = await refusal({
      ...observing(world, 'network-policy', {
        ...(world.observed['network-policy'] as KubeObject),
        metadata: { name, namespace, annotations } as KubeObject['metadata'],
      }),
    });
    expect(fatal).toBe(true);
  });

  test('lends its spec to no ExternalSecret', async () => {
    const database = xr('namespaced', 'Database', 'shop', {
      type: 'postgres',
      host: 'db.example.com',
      database: 'shop',
      credentialsRef: { name: 'shop-db' },
      externalSecret: {},
    });
    const spec = {
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'platform' },
      target: { name: 'stolen' },
      dataFrom: [{ extract: { key: 'tas/victim/shop' } }],
    };
    for (const data of [{}, { compose: { externalSecrets: true } }]) {
      const world = worldOf(database, [environmentConfig(data)]);
      const object = {
        ...forged('external-secret', 'Freeform', 'shop', { spec }),
        apiVersion: 'test.example/v1',
      };
      const { fatal, resources, condition } = await refusal(observing(world, 'external-secret', object));
      expect({ fatal, resources }).toStrictEqual({ fatal: true, resources: [] });
      expect(condition).toMatchObject({ type: 'Accepted', reason: 'ForeignObject' });
    }
  });

  test('hands over no connection details', async () => {
    const settled = await settle(run, tenant('namespaced'));
    const request = structuredClone(settled.request);
    const deployment = request.observed?.resources['deployment'];
    if (!deployment) throw new Error('there is no deployment');
    deployment.connectionDetails = { password: Buffer.from('c4nary') };
    const response = await run(request);
    expect(JSON.stringify(response)).not.toContain(Buffer.from('c4nary').toJSON().data.join(','));
    expect(
      Object.values(response.desired?.resources ?? {}).flatMap((it) => Object.keys(it.connectionDetails)),
    ).toStrictEqual([]);
  });
});

describe('keys in the store', () => {
  const keyOf = async (namespace: string, name: string, keyTemplate: string) => {
    const database = xr(
      'namespaced',
      'Database',
      name,
      {
        type: 'postgres',
        host: 'db.example.com',
        database: 'shop',
        credentialsRef: { name: 'shop-db' },
        externalSecret: {},
      },
      { namespace },
    );
    const settings = {
      compose: { externalSecrets: true },
      externalSecrets: { storeName: 'vault', keyTemplate },
    };
    const { response } = await reconcile(run, withSettings(worldOf(database, []), settings));
    const spec = response.desired?.resources['external-secret']?.resource?.['spec'] as
      | { dataFrom: [{ extract: { key: string } }] }
      | undefined;
    return { key: spec?.dataFrom[0].extract.key, condition: response.conditions[0] };
  };

  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const namespace = fc.tuple(fc.constantFrom('', '', 'tas-'), label).map((parts) => parts.join(''));
  const piece = fc.constantFrom(
    '{tenant}',
    '{namespace}',
    '{resource}',
    '/',
    '_',
    '-',
    '.',
    'a',
    'A',
    'tas',
    '/a-',
  );
  const template = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  // Pairs that are likely to collide: one part of a name moves from the namespace to the Resource.
  const pair = fc.oneof(
    fc.tuple(fc.tuple(namespace, label), fc.tuple(namespace, label)),
    label.map((name): [[string, string], [string, string]] => [
      [name, 'shop'],
      [`tas-${name}`, 'shop'],
    ]),
    fc
      .tuple(label, label, label, fc.constantFrom('-', ''))
      .map(([a, b, c, s]): [[string, string], [string, string]] => [
        [`${a}${s}${b}`, c],
        [a, `${b}${s}${c}`],
      ]),
  );

  test('no two Resources have one, whatever the template', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(template, pair, async (keyTemplate, [a, b]) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        const [first, second] = [await keyOf(...a, keyTemplate), await keyOf(...b, keyTemplate)];
        if (first.key === undefined) {
          expect(first.condition).toMatchObject({ type: 'Accepted', status: 3, reason: 'InvalidSettings' });
          expect(first.condition?.message).toContain('keyTemplate');
          return;
        }
        accepted += 1;
        // Some stores ignore case.
        expect(first.key.toLowerCase()).not.toBe(second.key?.toLowerCase());
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test.each([
    ['tas-acme', 'tas/{tenant}/{resource}', 'tas/acme/shop'],
    ['acme', 'tas/{tenant}/{resource}', 'tas/_acme/shop'],
    ['acme', 'tas/{namespace}/{resource}', 'tas/acme/shop'],
    ['tas-acme', '{namespace}_{resource}', 'tas-acme_shop'],
  ])('of %s by %s is %s', async (namespaceName, keyTemplate, key) => {
    expect((await keyOf(namespaceName, 'shop', keyTemplate)).key).toBe(key);
  });

  test.each([
    '{tenant}',
    '{namespace}/x',
    'shop/{resource}',
    '{tenant}{resource}',
    '{namespace}-{resource}',
    '{namespace}.{resource}',
    '{namespace}A{resource}',
  ])('the template %s is refused', async (keyTemplate) => {
    expect((await keyOf('tas-acme', 'shop', keyTemplate)).condition?.reason).toBe('InvalidSettings');
  });
});
