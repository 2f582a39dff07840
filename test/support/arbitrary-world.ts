import fc from 'fast-check';
import { shortHash, specHash } from '../../src/contract/hash.ts';
import type { Json, JsonObject } from '../../src/contract/kube.ts';
import { DatabaseSpec } from '../../src/servers/dbhub/dbhub-resource.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import {
  authority,
  base64,
  database,
  environmentConfig,
  everythingAllowed,
  type Flavour,
  instance,
  secret,
  TENANT,
  worldOf,
} from './world.ts';

export const flavour: fc.Arbitrary<Flavour> = fc.constantFrom('claims', 'namespaced');

/** Names that break what takes objects for maps, or text for a name. */
export const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'a_b',
  'UPPER',
  'ünï-cødé',
  '..',
  'a/b',
  '${SHOP_PASSWORD}',
  'x'.repeat(253),
] as const;

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?$/);

/** Names that the API server accepts. */
export const objectName: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: label },
  { weight: 2, arbitrary: fc.tuple(label, label).map(([a, b]) => `${a}.${b}`) },
  { weight: 1, arbitrary: label.map((text) => `${text}-deadbeef`) },
  { weight: 1, arbitrary: label.map((text) => `${text}-`.repeat(20).slice(0, 62) + text.charAt(0)) },
);

/** Text of any kind that a request can carry: all of Unicode but halves of pairs. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '${HOME}',
    'p@ss\'w$or"d\\ {x}#1 é',
    '%41%zz',
    '$&$1$$',
    '"""',
    "'''",
    '\t\n\r',
    '🔑'.repeat(9),
    ' ',
  ),
);

/** A value that is secret, and that a search finds wherever it went. */
export const secretText = fc
  .tuple(fc.uuid(), text)
  .map(([mark, rest]) => `hush${mark.replaceAll('-', '')}${rest}`);

/** Any JSON. */
export const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3, noUnicodeString: false })
  .map((value) => value as Json);

const safeText = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((value) => !/[\p{Cc}]|\$\{|\{\{/u.test(value));

const validSpec = fc
  .record(
    {
      type: fc.constantFrom('postgres', 'mysql', 'mariadb', 'sqlserver', 'oracle'),
      port: fc.integer({ min: 1, max: 65_535 }),
      description: safeText,
      maxRows: fc.integer({ min: 1, max: 2000 }),
      readOnly: fc.boolean(),
      queryTimeout: fc.integer({ min: 1, max: 3600 }),
      sslMode: fc.constantFrom('disable', 'require'),
    },
    { requiredKeys: [] },
  )
  .map((spec): JsonObject => spec as JsonObject);

const verified: fc.Arbitrary<JsonObject> = fc
  .constantFrom('authority', 'no-authority')
  .map((name) => ({ type: 'postgres', sslMode: 'verify-full', caRef: { name } }));

/** What is wrong with a Resource, or that nothing is. */
export const state = fc.oneof(
  { weight: 6, arbitrary: fc.constant('usable' as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'no-secret',
      'no-key',
      'no-text',
      'not-granted',
      'granted',
      'own-secret',
      'invalid',
      'any',
    ),
  },
);
export type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

const status = fc.oneof(
  fc.constant(undefined),
  fc.record({
    phase: fc.oneof(fc.constantFrom('Connected', 'Failed', 'Degraded', 'Pending'), json),
    reason: fc.oneof(fc.constantFrom('Connected', 'AuthFailed', 'constructor', '__proto__'), json),
    lastChecked: fc.constant('2026-03-02T10:01:00Z'),
    validUntil: fc.oneof(
      fc.constantFrom('2026-03-02T10:31:00Z', '2020-01-01T00:00:00Z', '9999-12-31T00:00:00Z'),
      json,
    ),
    checkedSpec: fc.oneof({ weight: 3, arbitrary: fc.constant('current') }, json),
    selectedBy: fc.oneof(fc.constant(['sales']), json),
  }),
);

/** A Database and what it needs, in a state. */
export interface Entry {
  name: string;
  state: State;
  spec: JsonObject;
  username: string;
  password: string;
  created: string;
  status: Json | undefined;
  junk: JsonObject;
}

export const entry = (name: fc.Arbitrary<string> = objectName): fc.Arbitrary<Entry> =>
  fc.record({
    name,
    state,
    spec: fc.oneof({ weight: 5, arbitrary: validSpec }, { weight: 1, arbitrary: verified }),
    username: secretText,
    password: secretText,
    created: fc.constantFrom('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'),
    status: status as fc.Arbitrary<Json | undefined>,
    junk: fc.dictionary(fc.oneof(fc.constantFrom(...hostileNames, 'host', 'port', 'type'), text), json, {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonObject>,
  });

const secretName = (name: string): string => `of-${shortHash(name)}`;

/** A status whose report is about this very spec, where it says so. */
const statusOf = (status: Json, spec: JsonObject): JsonObject => {
  const { checkedSpec, ...rest } = status as JsonObject;
  const parsed = DatabaseSpec.safeParse(spec);
  const current = checkedSpec === 'current' && parsed.success;
  return { ...rest, checkedSpec: current ? specHash(parsed.data) : (checkedSpec ?? null) };
};

/** The objects of an entry in a tenant's namespace. */
export const objectsOf = (flavour: Flavour, it: Entry, namespace = TENANT): KubeObject[] => {
  const name = secretName(it.name);
  const elsewhere = it.state === 'not-granted' || it.state === 'granted';
  const credentialsRef: JsonObject = {
    name: it.state === 'own-secret' ? 'sales-creds' : name,
    ...(elsewhere && { namespace: 'platform' }),
  };
  const spec: JsonObject = {
    host: 'db.example.com',
    database: 'data',
    ...it.spec,
    credentialsRef,
    ...(it.state === 'invalid' && { host: 'not a host' }),
    ...(it.state === 'any' && it.junk),
  };
  const xr = database(flavour, it.name, spec, {
    namespace,
    created: it.created,
    ...(it.status !== undefined && { status: statusOf(it.status, spec) }),
  });
  const own = secret(
    name,
    { username: it.username, ...(it.state !== 'no-key' && { password: it.password }), other: it.password },
    {
      namespace: elsewhere ? 'platform' : namespace,
      annotations: {
        hidden: it.password,
        ...(it.state === 'granted' && { 'tas.io/allowed-namespaces': `${namespace},other` }),
      },
    },
  );
  if (it.state === 'no-text') own['data'] = { username: '/w==', password: base64(it.password) };
  return it.state === 'no-secret' ? [xr] : [xr, own];
};

const instanceSpec = fc.record(
  {
    replicas: fc.integer({ min: 0, max: 3 }),
    transport: fc.constantFrom('http', 'sse', 'stdio'),
    port: fc.integer({ min: 1024, max: 65_535 }),
    podAnnotations: fc.dictionary(label, safeText, { maxKeys: 3, noNullPrototype: true }),
    nodeSelector: fc.dictionary(label, label, { maxKeys: 3, noNullPrototype: true }),
    authTokenRef: fc.constantFrom({ name: 'clients' }, { name: 'no-clients' }),
    defaultPolicy: fc.record({ readOnly: fc.boolean(), maxRows: fc.integer({ min: 1, max: 900 }) }),
    probe: fc.record({ enabled: fc.boolean() }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

/** Lets tenants annotate their pods. */
const anyAnnotation = { allowedPodAnnotations: ['*'] };

const settings: fc.Arbitrary<JsonObject | undefined> = fc.constantFrom(
  undefined,
  anyAnnotation,
  { ...anyAnnotation, ...everythingAllowed },
  { ...anyAnnotation, ...everythingAllowed, environment: 'production' },
  { ...anyAnnotation, compose: { networkPolicies: false } },
  { ...anyAnnotation, credentials: { sourceNamespaces: [] } },
);

/** A tenant's world in parts, so that a test can change one of them. */
export interface Parts {
  flavour: Flavour;
  spec: JsonObject;
  settings: JsonObject | undefined;
  entries: Entry[];
  token: string;
}

/** Any world of a tenant whose Instance is called `sales`; its Databases in any state. */
export const parts = (name: fc.Arbitrary<string> = objectName, maxLength = 6): fc.Arbitrary<Parts> =>
  fc.record({
    flavour,
    spec: instanceSpec,
    settings,
    entries: fc.uniqueArray(entry(name), { maxLength, selector: (it) => it.name }),
    token: fc.uuid().map((mark) => `hush${mark}`),
  });

/** The authority file that Databases name: its first part must go nowhere. */
export const authorityFile = (mark: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${mark}\n-----END PRIVATE KEY-----\n${authority()}`;

export const worldFrom = ({ flavour, spec, settings, entries, token }: Parts, namespace = TENANT): World => {
  const { podAnnotations: _, ...plain } = spec;
  const composite = instance(flavour, settings ? spec : plain);
  if (flavour === 'namespaced') composite.metadata.namespace = namespace;
  else {
    const claimRef = (composite['spec'] as JsonObject)['claimRef'] as JsonObject;
    (composite['spec'] as JsonObject)['claimRef'] = { ...claimRef, namespace };
  }
  return worldOf(composite, [
    ...(settings ? [environmentConfig(settings)] : []),
    ...entries.flatMap((it) => objectsOf(flavour, it, namespace)),
    secret('clients', { token }, { namespace }),
    secret('authority', { 'ca.crt': authorityFile(token) }, { namespace }),
  ]);
};

/** Everything in a world that is secret. */
export const secretsOf = ({ entries, token }: Parts): string[] => [
  token,
  ...entries.flatMap(({ username, password }) => [username, password]),
];
