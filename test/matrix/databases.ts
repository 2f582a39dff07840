import type { JsonObject } from '../../src/contract/kube.ts';
import type { UnusableReason } from '../../src/contract/reasons.ts';
import { DatabaseSpec, DatabaseType, SslMode } from '../../src/servers/dbhub/dbhub-resource.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { authority, database, type Flavour, secret, TENANT } from '../support/world.ts';

/** A Database, what it needs beside it, and what has to come of it. */
export interface Case {
  name: string;
  type: DatabaseType;
  spec: JsonObject;
  /** Why it is not usable. */
  reason?: UnusableReason;
}

/** Fields that a Database needs whatever its sslMode. */
export const leastSpec = (type: DatabaseType): JsonObject =>
  type === 'sqlite'
    ? { type, database: 'files/shop.db', persistentVolumeClaim: 'files' }
    : { type, host: 'db.invalid', database: 'shop', credentialsRef: { name: 'credentials' } };

const caRefs: Record<string, JsonObject> = {
  'ca-secret': { caRef: { name: 'authorities' } },
  'ca-config-map': { caRef: { kind: 'ConfigMap', name: 'authorities', key: 'root.pem' } },
};

const accepted = ({ spec }: Pick<Case, 'spec'>) => DatabaseSpec.safeParse(spec).success;

/** Every combination of type, sslMode and certificate authority that the API accepts. */
export const kinds: Case[] = DatabaseType.options
  .flatMap((type) =>
    SslMode.options.flatMap((sslMode) =>
      [['', {}] as const, ...Object.entries(caRefs)].map(([ca, caRef]) => ({
        name: [type, sslMode, ca].filter(Boolean).join('-'),
        type,
        spec: { ...leastSpec(type), sslMode, ...caRef },
      })),
    ),
  )
  .filter(accepted);

/** What a Database may say of its own policy. */
export const wishes: JsonObject[] = [
  {},
  { readOnly: true, maxRows: 7 },
  { readOnly: false, maxRows: 100_000 },
];

const broken: [UnusableReason, JsonObject][] = [
  ['SecretNotFound', { name: 'nowhere' }],
  ['SecretKeyMissing', { name: 'credentials', passwordKey: 'pin' }],
  ['CredentialsUnsupported', { name: 'credentials', passwordKey: 'binary' }],
  ['NotGranted', { name: 'credentials', namespace: 'tas-beta' }],
];

const brokenCa: [UnusableReason, JsonObject][] = [
  ['CANotFound', { name: 'nowhere' }],
  ['CANotFound', { name: 'authorities', key: 'nothing.pem' }],
  ['CAInvalid', { name: 'credentials', key: 'username' }],
  ['CAInvalid', { kind: 'ConfigMap', name: 'authorities', key: 'readme' }],
];

/** Every reason for which a Database keeps its place although it is not usable, with every type that can have it. */
export const unusable: Case[] = [
  ...broken.flatMap(([reason, credentialsRef]) =>
    DatabaseType.exclude(['sqlite']).options.map((type) => ({ type, reason, spec: { credentialsRef } })),
  ),
  ...brokenCa.map(([reason, caRef]) => ({
    type: 'postgres' as const,
    reason,
    spec: { sslMode: 'verify-full', caRef },
  })),
  ...['nowhere', 'single-node'].map((persistentVolumeClaim) => ({
    type: 'sqlite' as const,
    reason: 'Unsupported' as const,
    spec: { persistentVolumeClaim },
  })),
].map(({ type, reason, spec }, index) => ({
  name: `${reason.toLowerCase()}-${type}-${index}`,
  type,
  reason,
  spec: { ...leastSpec(type), ...spec },
}));

/** The Databases of these cases. */
export const databases = (flavour: Flavour, cases: readonly Case[]): KubeObject[] =>
  cases.map(({ name, spec }) => {
    const object = database(flavour, name);
    const { claimRef } = object['spec'] as JsonObject;
    return { ...object, spec: { ...spec, ...(claimRef !== undefined && { claimRef }) } };
  });

const claim = (name: string, accessMode: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: TENANT },
  spec: { accessModes: [accessMode] },
  status: { phase: 'Bound' },
});

/** Everything that the specs name. */
export const supplies: KubeObject[] = [
  secret('credentials', { username: 'reader', password: 'p@ss "word"' }),
  secret('credentials', { username: 'beta', password: 'beta' }, { namespace: 'tas-beta' }),
  secret('authorities', { 'ca.crt': authority() }),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'authorities', namespace: TENANT },
    data: { 'root.pem': authority('another-authority'), readme: 'no certificate' },
  },
  claim('files', 'ReadWriteMany'),
  claim('single-node', 'ReadWriteOnce'),
].map(withBinary);

/** Bytes that are no text, which a configuration cannot hold. */
function withBinary(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret') return object;
  const data = { ...(object['data'] as JsonObject), binary: Buffer.from([0xff, 0xfe]).toString('base64') };
  return { ...object, data };
}

/** What the platform has to allow for all of it. */
export const settings: JsonObject = { compose: { volumes: true } };
