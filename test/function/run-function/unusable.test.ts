import type { JsonObject } from '../../../src/contract/kube.ts';
import {
  authority,
  changed,
  credentials,
  database,
  everythingAllowed,
  reported,
  secret,
  withObjects,
  without,
  withSettings,
  withSpecOf,
} from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const withCa = (caRef: JsonObject): JsonObject => ({ sslMode: 'verify-full', caRef });

const volume = (fields: JsonObject = {}, status: JsonObject = { phase: 'Bound' }) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'files', namespace: 'tas-acme' },
  spec: { accessModes: ['ReadOnlyMany'], ...fields },
  status,
});

const volumesAllowed: JsonObject = {
  compose: { ...(everythingAllowed['compose'] as JsonObject), volumes: true },
};

/** A Database in a file, beside those that the tenant has. */
const withFile = (...[world, flavour]: Parameters<Case['args']>) =>
  withObjects(
    world,
    database(flavour, 'file', {
      type: 'sqlite',
      database: 'shop.db',
      persistentVolumeClaim: 'files',
      host: undefined as never,
      credentialsRef: undefined as never,
    }),
  );

const cases: Case[] = [
  {
    reason: 'a spec that does not parse is left out, and the other Database is served',
    args: (world) => withSpecOf(world, 'Database/shop', { host: 'not a host', port: 0 }),
    want: 'invalid-spec',
  },
  {
    reason: 'a string that a server would interpolate is refused',
    args: (world) => withSpecOf(world, 'Database/shop', { description: '${REPORTS_PASSWORD}' }),
    want: 'hostile-description',
  },
  {
    reason: 'the metadata of the cloud is no database, whatever asks for it',
    args: (world) => withSpecOf(world, 'Database/shop', { host: '169.254.169.254', port: 80 }),
    want: 'host-of-the-node',
  },
  {
    reason: 'a host that the platform does not list is not reached, and the pods lose its port',
    args: (world) =>
      withSettings(world, { ...everythingAllowed, reach: { allowedHosts: ['reports.example.com'] } }),
    want: 'host-not-listed',
  },
  {
    reason: 'a Secret that is missing keeps its Database in the configuration, under a host that says why',
    args: (world) => without(world, 'Secret/shop-db'),
    want: 'secret-not-found',
  },
  {
    reason: 'a Secret that lacks a key says which',
    args: (world) => withObjects(world, secret('shop-db', { username: 'reader' })),
    want: 'secret-key-missing',
  },
  {
    reason: 'an empty value is as good as none',
    args: (world) => withObjects(world, secret('shop-db', { username: 'reader', password: '' })),
    want: 'secret-value-empty',
  },
  {
    reason: 'a value that is not text cannot be written into a configuration',
    args: (world) =>
      changed(world, 'Secret/shop-db', (object) => ({
        ...object,
        data: { username: 'cmVhZGVy', password: Buffer.from([0xff, 0xfe]).toString('base64') },
      })),
    want: 'credentials-unsupported',
  },
  {
    reason:
      'a Secret that this function writes is not a source of credentials: its values would grow forever',
    args: (world) =>
      withSpecOf(world, 'Database/shop', {
        credentialsRef: { name: 'sales-creds', passwordKey: 'SHOP_PASSWORD' },
      }),
    want: 'own-secret',
  },
  {
    reason: 'another namespace that does not consent is refused',
    args: (world) =>
      withSpecOf(world, 'Database/shop', { credentialsRef: { name: 'shop-db', namespace: 'tas-beta' } }),
    want: 'not-granted',
  },
  {
    reason: 'a certificate authority that is missing is named',
    args: (world) => withSpecOf(world, 'Database/shop', withCa({ kind: 'ConfigMap', name: 'authorities' })),
    want: 'ca-not-found',
  },
  {
    reason: 'a certificate authority that is no certificate is refused',
    args: (world) =>
      withObjects(
        withSpecOf(world, 'Database/shop', withCa({ name: 'authorities' })),
        secret('authorities', { 'ca.crt': 'no certificate' }),
      ),
    want: 'ca-invalid',
  },
  {
    reason: 'of a certificate authority only the certificates reach the ConfigMap',
    args: (world) =>
      withObjects(
        withSpecOf(world, 'Database/shop', withCa({ name: 'authorities', key: 'tls.pem' })),
        secret('authorities', {
          'tls.pem': `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${authority()}`,
        }),
      ),
    want: 'ca-found',
  },
  {
    reason: 'a volume is not supported unless the platform allows volumes',
    args: withFile,
    want: 'volumes-not-allowed',
  },
  {
    reason: 'a volume that is missing would stop every pod, so its Database is not served',
    args: (world, flavour) => withSettings(withFile(world, flavour), volumesAllowed),
    want: 'volume-missing',
  },
  {
    reason: 'a volume that only one node can mount is not served',
    args: (world, flavour) =>
      withObjects(
        withSettings(withFile(world, flavour), volumesAllowed),
        volume({ accessModes: ['ReadWriteOnce'] }),
      ),
    want: 'volume-not-shareable',
  },
  {
    reason: 'a volume that is shareable is mounted',
    args: (world, flavour) => withObjects(withSettings(withFile(world, flavour), volumesAllowed), volume()),
    want: 'volume-mounted',
  },
  {
    reason: 'the youngest Databases beyond the limit are not served',
    args: (world, flavour) =>
      withObjects(
        withSettings(world, { ...everythingAllowed, limits: { resourcesPerInstance: 2 } }),
        reported(database(flavour, 'archive', {}, { created: '2026-03-02T09:30:00Z' })),
        credentials('archive'),
      ),
    want: 'too-many',
  },
  {
    reason: 'a Database that would make the Secret too large is not served, and younger ones are',
    args: (world) =>
      withObjects(world, secret('shop-db', { username: 'reader', password: 'x'.repeat(950_000) })),
    want: 'too-large',
  },
  {
    reason: 'where no Database is usable no pod runs, and the status says why',
    args: (world) => without(world, 'Secret/shop-db', 'Secret/reports-db'),
    want: 'nothing-usable',
  },
  {
    reason: 'where no Database is selected no pod runs',
    args: (world) => without(world, 'Database/shop', 'Database/reports'),
    want: 'nothing-selected',
  },
];

table('unusable', cases);
