import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import type { World } from '../../../src/simulate/reconcile.ts';
import { settle } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import {
  credentials,
  database,
  environmentConfig,
  type Flavour,
  reported,
  secret,
  withObjects,
  withObserved,
  without,
  withoutSettings,
  withSettings,
  withSpec,
  worldOf,
} from '../../support/world.ts';
import { type Case, expectWhole, table } from './cases.ts';

const store: JsonObject = { compose: { externalSecrets: true }, externalSecrets: { storeName: 'vault' } };

const alone = (flavour: Flavour, spec: JsonObject = {}, settings: JsonObject = {}): World =>
  worldOf(reported(database(flavour, 'shop', spec)), [environmentConfig(settings), credentials('shop')]);

const withStatus = (world: World, status: JsonObject): World => ({
  ...world,
  composite: reported(world.composite, status),
});

const cases: Case[] = [
  {
    reason: 'a Secret that is missing',
    args: (world) => without(world, 'Secret/shop-db'),
    want: 'secret-not-found',
  },
  {
    reason: 'a password that ends in a line break, and a user name after a byte order mark',
    args: (world) =>
      withObjects(
        without(world, 'Secret/shop-db'),
        secret('shop-db', { username: '\ufeffreader', password: 'secret\r\n' }),
      ),
    want: 'odd-secret',
  },
  {
    reason: 'a spec that does not parse was checked by nobody',
    args: (world) => withSpec(world, { database: '../etc' }),
    want: 'invalid-spec',
  },
  { reason: 'another spec', args: (world) => withSpec(world, { queryTimeout: 20 }), want: 'checking' },
  {
    reason: 'a server that is down',
    args: (world) => withStatus(world, { phase: 'Failed', reason: 'ConnectionRefused' }),
    want: 'failed',
  },
  {
    reason: 'a dead probe',
    args: (world) => withStatus(world, { validUntil: '2026-03-02T10:00:00Z' }),
    want: 'stale',
  },
  {
    reason: 'an Instance that selects it, whose probe has not come yet',
    args: (world) => withStatus(world, { lastChecked: null as never, phase: 'Pending' }),
    want: 'not-checked',
  },
  {
    reason: 'no Instance that selects it',
    args: (world) => ({ ...world, composite: { ...world.composite, status: {} } }),
    want: 'not-selected',
  },
  {
    reason: 'a reason that is called like something of JavaScript is a word like any other',
    args: (world) => withStatus(world, { phase: 'Failed', reason: 'constructor' }),
    want: 'constructor',
  },
  {
    reason: 'an external Secret without a platform that has set them up',
    args: (world) => withSpec(world, { externalSecret: {} }),
    want: 'external-secret-not-set-up',
  },
  {
    reason: 'an external Secret from the store of the platform',
    args: (world) => withSettings(withSpec(world, { externalSecret: { refreshInterval: '15m' } }), store),
    want: 'external-secret',
  },
  {
    reason: 'an external Secret of another namespace is not fetched',
    args: (world) =>
      withSettings(
        withSpec(world, {
          externalSecret: {},
          credentialsRef: { name: 'shop-db', namespace: 'platform' },
        }),
        store,
      ),
    want: 'external-secret-elsewhere',
  },
];

table('resource', cases, { world: alone });

const fetching: Case[] = [
  {
    reason: 'an external Secret that was fetched',
    args: (world) =>
      withObserved(world, 'external-secret', (object) => ({
        ...object,
        status: { conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced' }] },
      })),
    want: 'fetched',
  },
  {
    reason: 'without settings the one that exists stays, as its Secret goes with it',
    args: withoutSettings,
    want: 'kept-without-settings',
  },
  {
    reason: 'while the spec does not parse the one that exists stays',
    args: (world) => withSpec(world, { host: '' }),
    want: 'kept-while-invalid',
  },
  {
    reason: 'an explicit false takes it away',
    args: (world) => withSettings(world, { compose: { externalSecrets: false } }),
    want: 'forbidden',
  },
  {
    reason: 'a spec that no longer asks for it takes it away',
    args: (world) => withSpec(world, { externalSecret: { enabled: false } }),
    want: 'switched-off',
  },
  {
    reason: 'one that somebody else made is not taken over',
    args: (world) => ({
      ...withObjects(world, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'shop', namespace: 'tas-acme' },
      }),
      observed: {},
    }),
    want: 'foreign',
  },
];

table('external-secret', fetching, { world: (flavour) => alone(flavour, { externalSecret: {} }, store) });

describe.each(['namespaced', 'claims'] as const)('a Resource alone (%s)', (flavour) => {
  test('at rest', async () => {
    const { response } = await settle(run, alone(flavour));
    await expectWhole(response, `resource.${flavour}`, 'a Database that its probe reaches');
  });

  test('it requires no Instance, and writes nothing that the probe writes', async () => {
    const { response } = await settle(run, alone(flavour));
    expect(Object.values(response.requirements?.resources ?? {}).map(({ kind }) => kind)).toStrictEqual([
      'EnvironmentConfig',
      'Secret',
    ]);
    expect(response.desired?.composite?.resource).toStrictEqual({ status: {} });
  });
});
