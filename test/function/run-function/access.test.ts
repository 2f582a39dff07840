import type { JsonObject } from '../../../src/contract/kube.ts';
import {
  changed,
  credentials,
  database,
  everythingAllowed,
  secret,
  tenant,
  withObjects,
  without,
  withSettings,
  withSpecOf,
} from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const shared = (annotation?: string, namespace = 'platform') =>
  secret(
    'shared-db',
    { username: 'shared', password: 'of the platform' },
    {
      namespace,
      ...(annotation !== undefined && { annotations: { 'tas.io/allowed-namespaces': annotation } }),
    },
  );

/** The Database `shop` with its credentials in another namespace. */
const foreign = (world: Parameters<Case['args']>[0], ...objects: Parameters<typeof withObjects>[1][]) =>
  withObjects(
    withSpecOf(world, 'Database/shop', { credentialsRef: { name: 'shared-db', namespace: 'platform' } }),
    ...objects,
  );

const credentialsSettings = (fields: JsonObject): JsonObject => ({
  ...everythingAllowed,
  credentials: fields,
});

const cases: Case[] = [
  {
    reason: 'a Secret that names this namespace is used',
    args: (world) => foreign(world, shared('tas-beta, tas-acme')),
    want: 'granted',
  },
  {
    reason: 'a Secret without the annotation is refused',
    args: (world) => foreign(world, shared()),
    want: 'not-granted',
  },
  {
    reason: 'a Secret that does not exist is refused in the same words, so that nobody learns of it',
    args: (world) => foreign(world),
    want: 'not-granted',
  },
  {
    reason: 'a Secret that names others only is refused in the same words',
    args: (world) => foreign(world, shared('tas-acme-2,xtas-acme,tas-*')),
    want: 'not-granted',
  },
  {
    reason: 'a granted Secret without the keys is refused in the same words as long as it is not granted',
    args: (world) => foreign(world, secret('shared-db', {}, { namespace: 'platform' })),
    want: 'not-granted',
  },
  {
    reason: 'a wildcard counts for nothing by default',
    args: (world) => foreign(world, shared('*')),
    want: 'not-granted',
  },
  {
    reason: 'a wildcard counts where the platform says so',
    args: (world) => withSettings(foreign(world, shared('*')), credentialsSettings({ allowWildcard: true })),
    want: 'granted',
  },
  {
    reason:
      'a consenting Secret of a namespace that the platform does not list is refused, and not even read',
    args: (world) =>
      withSettings(foreign(world, shared('tas-acme')), credentialsSettings({ sourceNamespaces: ['vault'] })),
    want: 'source-not-allowed',
  },
  {
    reason: 'a consenting Secret of a namespace that the platform lists is used',
    args: (world) =>
      withSettings(
        foreign(world, shared('tas-acme')),
        credentialsSettings({ sourceNamespaces: ['platform'] }),
      ),
    want: 'granted',
  },
  {
    reason: 'the own namespace needs no grant, even where it is named',
    args: (world) =>
      withSpecOf(world, 'Database/shop', { credentialsRef: { name: 'shop-db', namespace: 'tas-acme' } }),
    want: 'own-namespace',
  },
  {
    reason: "another tenant's Database is not selected, however it is labelled",
    args: (world, flavour) =>
      withObjects(
        world,
        database(flavour, 'theirs', {}, { namespace: 'tas-beta' }),
        credentials('theirs', 'tas-beta'),
        credentials('theirs'),
      ),
    want: 'nothing',
  },
  {
    reason: 'a Database without the labels is not selected',
    args: (world, flavour) => withObjects(world, database(flavour, 'unlabelled', {}, { labels: {} })),
    want: 'nothing',
  },
];

table('access', cases);

table(
  'access',
  [
    {
      reason: 'a consent that is withdrawn takes the value away at once',
      args: (world) => withObjects(world, shared('tas-beta')),
      want: 'withdrawn',
    },
    {
      reason: 'a Secret that is deleted is not told from one whose consent was withdrawn',
      args: (world) => without(world, 'Secret/shared-db'),
      want: 'withdrawn',
    },
    {
      reason: 'a namespace that the platform no longer lists is withdrawn as well, and no longer read',
      args: (world) => withSettings(world, credentialsSettings({ sourceNamespaces: [] })),
      want: 'source-withdrawn',
    },
  ],
  { world: (flavour) => foreign(tenant(flavour), shared('tas-acme')) },
);

table(
  'access',
  [
    {
      reason: "labels of this tenant on another tenant's XR select nothing: only the claim reference counts",
      args: (world, flavour) => {
        const forged = database(flavour, 'forged', {}, { namespace: 'tas-beta' });
        forged.metadata['labels'] = {
          ...(forged.metadata['labels'] as JsonObject),
          'crossplane.io/claim-namespace': 'tas-acme',
        };
        return withObjects(world, forged, credentials('forged'));
      },
      want: 'nothing',
    },
    {
      reason: 'an XR without a claim belongs to nobody, whatever its labels say',
      args: (world, flavour) => {
        const { claimRef: _, ...spec } = database(flavour, 'ownerless')['spec'] as JsonObject;
        return withObjects(world, { ...database(flavour, 'ownerless'), spec }, credentials('ownerless'));
      },
      want: 'nothing',
    },
    {
      reason: 'a claim of another kind is not a Database',
      args: (world) =>
        changed(world, 'Database/reports', (object) => ({
          ...object,
          spec: {
            ...(object['spec'] as JsonObject),
            claimRef: {
              ...((object['spec'] as JsonObject)['claimRef'] as JsonObject),
              kind: 'DBHubInstance',
            },
          },
        })),
      want: 'another-kind',
    },
  ],
  { flavours: ['claims'] },
);
