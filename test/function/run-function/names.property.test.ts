/** Names that tenants choose never make two objects, identifiers or requirements one. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/contract/hash.ts';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { stringAt, valueAt } from '../../../src/contract/observed.ts';
import { selectorKey } from '../../../src/contract/selector.ts';
import { serverTypes } from '../../../src/servers/registry.ts';
import type { AnyServerType } from '../../../src/servers/server-type.ts';
import { objectsOf, settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { flavour } from '../../support/arbitrary-world.ts';
import { run } from '../../support/handler.ts';
import { complaintsAbout } from '../../support/valid-objects.ts';
import {
  credentials,
  database,
  environmentConfig,
  everythingAllowed,
  type Flavour,
  instance,
  worldOf,
  xr,
} from '../../support/world.ts';

/** Pieces whose combinations meet where a separator is missing, and names that differ only behind a cut. */
const piece = fc.constantFrom('a', 'b', 'a-b', 'tas', 'tas-a', 'probe', 'config', 'creds', 'dbhub', 'api');
const long = fc.constantFrom('x', 'y').map((last) => `${'long-'.repeat(9)}name${last}`);
const label = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('-')) },
  { weight: 1, arbitrary: long },
);
const role = fc.constantFrom('resource', 'instance');

interface Subject {
  type: AnyServerType;
  role: 'resource' | 'instance';
  namespace: string;
  name: string;
}

const subject: fc.Arbitrary<Subject> = fc.record({
  type: fc.constantFrom(...serverTypes),
  role,
  namespace: label,
  name: label,
});

/** The spec of a Resource of each type whose Secret External Secrets fetches. */
const specs: Record<string, JsonObject> = {
  dbhub: { type: 'postgres', host: 'db.example.com', database: 'data' },
  search: { type: 'opensearch', host: 'search.example.com' },
  storage: { bucket: 'files' },
  api: { baseUrl: 'https://api.example.com', operations: [] },
};

/** Its composite. Names of XRs are unique among their kind: of claims with one name, in two namespaces or of two types. */
const compositeOf = (flavour: Flavour, { type, role, namespace, name }: Subject): KubeObject => {
  const spec =
    role === 'instance'
      ? {}
      : { ...specs[type.name], credentialsRef: { name: `${name}-of` }, externalSecret: { enabled: true } };
  const object = xr(flavour, type[role].kind, name, spec, { namespace });
  const suffix = createHash('md5').update(namespace).digest('hex').slice(0, 5);
  if (flavour === 'claims') object.metadata.name = `${name}-${suffix}`;
  return object;
};

const settings = environmentConfig({
  compose: { ...(everythingAllowed as { compose: JsonObject }).compose, externalSecrets: true },
  externalSecrets: { storeName: 'vault', keyTemplate: 'tas/{tenant}/{resource}' },
});

const worldFor = (flavour: Flavour, subject: Subject, others: readonly KubeObject[] = []): World =>
  worldOf(compositeOf(flavour, subject), [settings, ...others]);

const place = ({ apiVersion, kind, metadata }: KubeObject): string =>
  `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Whether two subjects may have objects of the same name, which are in one namespace: the younger is then refused. */
const mayMeet = (a: Subject, b: Subject): boolean =>
  a.namespace === b.namespace &&
  a.role === b.role &&
  (a.name === b.name || a.name === `${b.name}-probe` || b.name === `${a.name}-probe`);

const [dbhub, search] = serverTypes as [AnyServerType, AnyServerType];
const of = (type: AnyServerType, role: Subject['role'], namespace: string, name: string): Subject => ({
  type,
  role,
  namespace,
  name,
});
/** Pairs that share a name, or nearly do. */
const examples: [Flavour, Subject, Subject][] = (['claims', 'namespaced'] as const).flatMap((flavour) =>
  (
    [
      [of(dbhub, 'instance', 'a', 'b'), of(search, 'instance', 'a', 'b')],
      [of(dbhub, 'instance', 'a', 'b'), of(search, 'instance', 'a', 'b-probe')],
      [of(dbhub, 'resource', 'a', 'b'), of(search, 'resource', 'a', 'b')],
      [of(dbhub, 'instance', 'a-b', 'c'), of(dbhub, 'instance', 'a', 'b-c')],
      [of(dbhub, 'instance', 'a', 'b'), of(dbhub, 'instance', 'a', 'b-config')],
    ] as const
  ).map(([a, b]): [Flavour, Subject, Subject] => [flavour, a, b]),
);

test('objects of two composites never have one name, or the younger composite is refused', async () => {
  await fc.assert(
    fc.asyncProperty(flavour, subject, subject, async (flavour, a, b) => {
      fc.pre(JSON.stringify([a, a.type.name]) !== JSON.stringify([b, b.type.name]));
      const first = await settle(run, worldFor(flavour, a));
      const objects = Object.values(first.world.observed);
      for (const object of objects) expect(complaintsAbout(object as JsonObject)).toStrictEqual([]);
      const taken = new Set(objects.map(place));
      const alone = await settle(run, worldFor(flavour, b));
      const shared = Object.values(alone.world.observed).filter((object) => taken.has(place(object)));
      if (shared.length === 0) return;
      expect(mayMeet(a, b), shared.map(place).join()).toBe(true);
      const { response } = await settle(run, worldFor(flavour, b, objects));
      expect(response.conditions).toContainEqual(expect.objectContaining({ reason: 'ForeignObject' }));
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40), examples },
  );
});

test('the ClusterRoles of Instances of two types differ, even if their composites have one name', async () => {
  const names = await Promise.all(
    serverTypes.map(async (type) => {
      const subject = { type, role: 'instance', namespace: 'tas-acme', name: 'sales' } as const;
      const { response } = await settle(run, worldFor('claims', subject));
      return stringAt(objectsOf(response)['probe-role-cluster'], 'metadata', 'name');
    }),
  );
  expect(new Set(names).size).toBe(serverTypes.length);
});

test('a requirement is named after all of its selector', () => {
  const labels = fc.dictionary(label, label, { maxKeys: 3, noNullPrototype: true });
  const selector = fc.record(
    { apiVersion: fc.constantFrom('v1', 'a/v1'), kind: label, namespace: label, name: label, labels },
    { requiredKeys: ['apiVersion', 'kind'] },
  );
  type Any = typeof selector extends fc.Arbitrary<infer T> ? T : never;
  const normal = ({ apiVersion, kind, namespace, name, labels = {} }: Any) =>
    JSON.stringify([apiVersion, kind, namespace, name ?? canonicalJson(labels)]);
  fc.assert(
    fc.property(selector, selector, (a, b) => {
      expect(selectorKey(a) === selectorKey(b)).toBe(normal(a) === normal(b));
    }),
    { numRuns: 5000 },
  );
});

describe('two names with one identifier', () => {
  // found by a search of 38,000 names: SHA-256 of both begins with 876af467
  const prefix = 'shop-with-a-name-that-is-too-long-for-an-identifier';
  const [older, younger] = [`${prefix}-24k`, `${prefix}-tki`];

  test.each(['claims', 'namespaced'] as const)('only the older is served (%s)', async (flavour) => {
    const world = worldOf(instance(flavour), [
      settings,
      database(flavour, older),
      database(flavour, younger, {}, { created: '2026-03-02T10:00:00Z' }),
      database(flavour, 'shop'),
      ...[older, younger, 'shop'].map((name) => credentials(name)),
    ]);
    const { response } = await settle(run, world);
    const status = response.desired?.composite?.resource?.['status'];
    const entry = (name: string) =>
      (valueAt(status, 'resources') as JsonObject[]).find((it) => it['name'] === name);
    expect(entry(younger)).toMatchObject({ phase: 'Failed', reason: 'Unsupported' });
    expect(entry(younger)?.['message']).toContain(older);
    expect(entry(older)?.['reason']).toBe('NotChecked');
    expect(entry('shop')?.['reason']).toBe('NotChecked');
    const config = stringAt(objectsOf(response)['config'], 'data', 'dbhub.toml') ?? '';
    const ids = [...config.matchAll(/^id = "(.*)"$/gm)].map(([, id]) => id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });
});
