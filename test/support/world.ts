/**
 * The world of the tests of the function: a tenant with one Instance, Databases and their Secrets, in both
 * flavours, with everything of it changeable. Nothing here depends on a clock.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { specHash } from '../../src/contract/hash.ts';
import type { Json, JsonObject } from '../../src/contract/kube.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import type { AnyServerType } from '../../src/servers/server-type.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';

export type Flavour = 'claims' | 'namespaced';

export const TENANT = 'tas-acme';

const uid = (text: string): string => {
  const hex = createHash('md5').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What an XR is called in a flavour: Crossplane puts five random characters after a claim's name. */
export const xrName = (flavour: Flavour, name: string): string =>
  flavour === 'claims' ? `${name}-${uid(name).slice(0, 5)}` : name;

/** Facts about an XR beside its spec. */
export interface About {
  namespace?: string;
  labels?: Record<string, string>;
  created?: string;
  status?: JsonObject;
}

/** The server type that has a kind, whatever the flavour. */
export const typeOfKind = (kind: string): AnyServerType => {
  const tenants = kind.replace(/^X(?=[A-Z])/, '');
  const found = serverTypes.find((type) => [type.resource.kind, type.instance.kind].includes(tenants));
  if (!found) throw new Error(`no server type has the kind ${kind}`);
  return found;
};

/** An XR of a kind of any server type, as Crossplane keeps it in a flavour. */
export const xr = (
  flavour: Flavour,
  kind: string,
  name: string,
  spec: JsonObject,
  { namespace = TENANT, labels = {}, created = '2026-03-02T09:14:07Z', status }: About = {},
): KubeObject => {
  const claims = flavour === 'claims';
  const { group, version } = typeOfKind(kind);
  const api = { apiVersion: `${group}/${version}` };
  return {
    ...api,
    kind: claims ? `X${kind}` : kind,
    metadata: {
      name: xrName(flavour, name),
      ...(!claims && { namespace }),
      labels: claims
        ? { ...labels, 'crossplane.io/claim-name': name, 'crossplane.io/claim-namespace': namespace }
        : labels,
      uid: uid(`${kind}/${namespace}/${name}`),
      creationTimestamp: created,
      generation: 1,
    },
    spec: claims ? { ...spec, claimRef: { ...api, kind, namespace, name } } : spec,
    ...(status && { status }),
  };
};

/** A Database that is well described: postgres on its own host, with the Secret `<name>-db`. */
export const database = (
  flavour: Flavour,
  name: string,
  spec: JsonObject = {},
  about: About = {},
): KubeObject =>
  xr(
    flavour,
    'Database',
    name,
    {
      type: 'postgres',
      host: `${name}.example.com`,
      database: name.replaceAll('-', '_'),
      credentialsRef: { name: `${name}-db` },
      ...spec,
    },
    { labels: { team: 'sales' }, ...about },
  );

/** A Secret with these texts as its data. */
export const secret = (
  name: string,
  texts: Record<string, string>,
  { namespace = TENANT, annotations }: { namespace?: string; annotations?: Record<string, string> } = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, uid: uid(`Secret/${namespace}/${name}`), ...(annotations && { annotations }) },
  type: 'Opaque',
  data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)])),
});

/** A Resource as its probe reports on it: connected, about the current spec, and still valid. */
export const reported = (object: KubeObject, status: JsonObject = {}): KubeObject => ({
  ...object,
  status: {
    phase: 'Connected',
    reason: 'Connected',
    lastChecked: '2026-03-02T10:01:00Z',
    validUntil: '2026-03-02T10:31:00Z',
    checkedSpec: specHash(typeOfKind(object.kind).resource.spec.parse(object['spec'])),
    checkedBy: 'sales',
    selectedBy: ['sales'],
    ...status,
  },
});

/** The Secret of {@link database}. */
export const credentials = (name: string, namespace = TENANT): KubeObject =>
  secret(`${name}-db`, { username: 'reader', password: `p@ss of ${name}` }, { namespace });

/** A certificate in PEM. */
export const authority = (name: 'authority' | 'another-authority' = 'authority'): string =>
  readFileSync(join(import.meta.dirname, 'pem', `${name}.pem`), 'utf8');

/** What platform.yaml allows. */
export const everythingAllowed: JsonObject = {
  compose: { networkPolicies: true, podDisruptionBudgets: true, probes: true },
};

/** The EnvironmentConfig of the platform. */
export const environmentConfig = (data: Json = everythingAllowed): KubeObject => ({
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'function-mcp' },
  data,
});

/** An Instance that selects the team's Databases. */
export const instance = (flavour: Flavour, spec: JsonObject = {}, name = 'sales'): KubeObject =>
  xr(flavour, 'DBHubInstance', name, {
    resourceSelector: { matchLabels: { team: 'sales' } },
    ...spec,
  });

/** A world around an XR, in which nothing has been composed yet. */
export const worldOf = (composite: KubeObject, objects: readonly KubeObject[]): World => ({
  composite,
  objects,
  observed: {},
  required: {},
});

/** A tenant with the Databases `shop` and `reports`, and the Instance `sales` that serves both. */
export const tenant = (flavour: Flavour): World =>
  worldOf(instance(flavour), [
    environmentConfig(),
    reported(
      database(flavour, 'shop', { description: 'Orders and customers of the web shop', readOnly: true }),
    ),
    reported(
      database(
        flavour,
        'reports',
        { type: 'mariadb', description: 'Monthly figures', maxRows: 1000 },
        { created: '2026-03-02T09:15:00Z' },
      ),
    ),
    credentials('shop'),
    credentials('reports'),
  ]);

/** The same tenant, whose clients must present a token. */
export const tenantWithToken = (flavour: Flavour): World => {
  const world = tenant(flavour);
  return {
    ...world,
    composite: instance(flavour, { authTokenRef: { name: 'clients' } }),
    objects: [...world.objects, secret('clients', { token: 'let-me-in' })],
  };
};

/** Whether an object is what a test calls `Secret/shop-db`; XRs are called as their tenants call them. */
const isCalled = (object: KubeObject, what: string): boolean => {
  const { claimRef } = (object['spec'] ?? {}) as { claimRef?: { kind: string; name: string } };
  const { kind, name } = claimRef ?? { kind: object.kind, name: object.metadata.name };
  return `${kind}/${name}` === what;
};

/** The world with other objects added; one of the same kind, namespace and name is replaced. */
export const withObjects = (world: World, ...added: readonly KubeObject[]): World => {
  const place = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.namespace}/${metadata.name}`;
  const taken = new Set(added.map(place));
  return { ...world, objects: [...world.objects.filter((object) => !taken.has(place(object))), ...added] };
};

/** The world without an object, such as `Secret/shop-db`. */
export const without = (world: World, ...what: readonly string[]): World => {
  for (const wanted of what) {
    if (!world.objects.some((object) => isCalled(object, wanted))) throw new Error(`there is no ${wanted}`);
  }
  return { ...world, objects: world.objects.filter((object) => !what.some((it) => isCalled(object, it))) };
};

/** The world with one of its objects changed. */
export const changed = (world: World, what: string, change: (object: KubeObject) => KubeObject): World => {
  without(world, what);
  return {
    ...world,
    objects: world.objects.map((object) => (isCalled(object, what) ? change(object) : object)),
  };
};

/** The world with other fields in the spec of its composite; undefined removes one. */
export const withSpec = (world: World, fields: Record<string, Json | undefined>): World => {
  const { composite } = world;
  const spec = Object.entries({ ...(composite['spec'] as JsonObject), ...fields });
  return {
    ...world,
    composite: {
      ...composite,
      metadata: { ...composite.metadata, generation: Number(composite.metadata['generation']) + 1 },
      spec: Object.fromEntries(spec.filter(([, value]) => value !== undefined)),
    },
  };
};

/** The world with other fields in the spec of one of its objects. */
export const withSpecOf = (world: World, what: string, fields: JsonObject): World =>
  changed(world, what, (object) => ({ ...object, spec: { ...(object['spec'] as JsonObject), ...fields } }));

/** The world with other platform settings. */
export const withSettings = (world: World, data: Json): World => withObjects(world, environmentConfig(data));

/** The world with an observed object changed; undefined: it is gone. */
export const withObserved = (
  world: World,
  key: string,
  change: (object: KubeObject) => KubeObject | undefined,
): World => {
  const before = world.observed[key];
  if (!before) throw new Error(`nothing is observed as ${key}`);
  const { [key]: _, ...others } = world.observed;
  const after = change(before);
  return { ...world, observed: after ? { ...others, [key]: after } : others };
};

/** The world of a platform that lets its tenants reach this machine, where the servers of tests are. */
export const withServersHere = (world: World): World => {
  const settings = world.objects.find(({ kind }) => kind === 'EnvironmentConfig');
  const data = { ...(settings?.['data'] as JsonObject | undefined) };
  return withSettings(world, { ...data, reach: { allowedHosts: ['*', '127.0.0.1', 'localhost'] } });
};

/** The world without platform settings. */
export const withoutSettings = (world: World): World => without(world, 'EnvironmentConfig/function-mcp');
