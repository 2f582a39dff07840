import type { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/kube.ts';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { leaksIn, outsideOfSecret } from '../../support/secrets.ts';
import {
  authority,
  base64,
  changed,
  database,
  secret,
  tenantWithToken,
  withObjects,
  without,
  withSettings,
  withSpec,
  withSpecOf,
} from '../../support/world.ts';

/** Stands in every place that is secret, and in none that is not. */
const canary = 'canary-4f1d9a7e';

const marked = (name: string, namespace = 'tas-acme') =>
  secret(
    name,
    { username: `${canary} user`, password: `${canary}/"'%$`, token: canary, [`key-of-${name}`]: canary },
    { namespace, annotations: { note: canary, [`example.com/${canary}`]: 'x' } },
  );

/** A tenant all of whose secrets are marked, at rest. */
const nest = async (flavour: 'claims' | 'namespaced') => {
  const start = withObjects(
    withSpecOf(tenantWithToken(flavour), 'Database/shop', {
      sslMode: 'verify-ca',
      caRef: { name: 'authority' },
    }),
    marked('shop-db'),
    marked('reports-db'),
    marked('clients'),
    marked('foreign', 'platform'),
    secret('authority', {
      'ca.crt': `${canary}\n-----BEGIN PRIVATE KEY-----\n${canary}\n${authority()}\n${canary}`,
    }),
  );
  return settle(run, start);
};

/** A reconcile that looks at every answer. */
const expectSilence = async (
  world: World,
  change = (request: RunFunctionRequest) => request,
): Promise<string[]> => {
  const texts: string[] = [];
  await reconcile(async (request) => {
    const response = await run(change(request));
    expect(leaksIn(outsideOfSecret(response), [canary])).toStrictEqual([]);
    texts.push(JSON.stringify(response.results));
    return response;
  }, world);
  return texts;
};

/** The Database `shop` without a field. */
const shopWithout = (world: World, field: string): World =>
  changed(world, 'Database/shop', (object) => {
    const { [field]: _, ...spec } = object['spec'] as JsonObject;
    return { ...object, spec };
  });

const inSpec = (fields: JsonObject) => (world: World) => withSpecOf(world, 'Database/shop', fields);
const inInstance = (fields: Record<string, Json>) => (world: World) => withSpec(world, fields);

describe.each(['claims', 'namespaced'] as const)('a secret shows nowhere (%s)', (flavour) => {
  test.each<{ reason: string; args: (world: World) => World; says: string }>([
    { reason: 'at rest', args: (world) => world, says: '' },
    { reason: 'in a first reconcile', args: (world) => ({ ...world, observed: {}, required: {} }), says: '' },
    { reason: 'a Secret is gone', args: (world) => without(world, 'Secret/shop-db'), says: 'SecretNotFound' },
    { reason: 'a token is gone', args: (world) => without(world, 'Secret/clients'), says: 'authTokenRef' },
    {
      reason: 'a key is missing beside one that is there',
      args: inSpec({ credentialsRef: { name: 'shop-db', passwordKey: 'passwort' } }),
      says: 'SecretKeyMissing',
    },
    {
      reason: 'a value that cannot be expressed',
      args: (world) => withSpec(world, { authTokenRef: { name: 'clients', key: 'username' } }),
      says: 'printable ASCII',
    },
    {
      reason: 'a Secret of another namespace that does not consent',
      args: inSpec({ credentialsRef: { name: 'foreign', namespace: 'platform' } }),
      says: 'NotGranted',
    },
    {
      reason: 'our own Secret as a source',
      args: inSpec({ credentialsRef: { name: 'sales-creds', passwordKey: 'SHOP_PASSWORD' } }),
      says: 'CredentialsUnsupported',
    },
    {
      reason: 'a certificate authority in a Secret that holds none',
      args: inSpec({ caRef: { name: 'clients', key: 'password' } }),
      says: 'CAInvalid',
    },
    {
      reason: 'a connection string instead of a host',
      args: inSpec({ host: `postgres://admin:${canary}@db.example.com` }),
      says: 'spec.host',
    },
    { reason: 'a password instead of a port', args: inSpec({ port: canary }), says: 'spec.port' },
    { reason: 'a password instead of a type', args: inSpec({ type: canary }), says: 'spec.type' },
    {
      reason: 'a password instead of a reference',
      args: inSpec({ credentialsRef: canary }),
      says: 'spec.credentialsRef',
    },
    {
      reason: 'a password instead of the name of a Secret',
      args: inSpec({ credentialsRef: { name: `${canary}!` } }),
      says: 'spec.credentialsRef.name',
    },
    {
      reason: 'a password under a key that there is not, while another is missing',
      args: (world) => withSpecOf(shopWithout(world, 'host'), 'Database/shop', { password: canary }),
      says: 'host and credentialsRef are required',
    },
    { reason: 'a fatal spec', args: inInstance({ image: `evil/${canary}` }), says: 'spec.image' },
    {
      reason: 'a fatal spec of wrong types',
      args: inInstance({ replicas: canary, transport: canary }),
      says: 'spec.replicas',
    },
    {
      reason: 'fatal settings',
      args: (world) => withSettings(world, { images: { renderer: `! ${canary}` } }),
      says: 'data.images',
    },
    {
      reason: 'settings of a wrong type',
      args: (world) => withSettings(world, canary),
      says: 'expected object',
    },
    {
      reason: 'a foreign object where our object belongs',
      args: (world) => ({
        ...withObjects(world, { ...secret('sales-creds', { x: canary }) }),
        observed: {},
      }),
      says: 'is not managed by function-mcp',
    },
    {
      reason: 'our Secret with keys of somebody else in it',
      args: (world) => ({
        ...world,
        observed: {
          ...world.observed,
          credentials: {
            ...(world.observed['credentials'] as World['composite']),
            data: { foreign: base64(canary), 'credentials-revision': base64(canary) },
          },
        },
      }),
      says: '',
    },
    {
      reason: 'a status that repeats it',
      args: (world) =>
        changed(world, 'Database/shop', (object) => ({
          ...object,
          status: {
            ...(object['status'] as JsonObject),
            message: canary,
            reason: `${canary}!`,
            phase: canary,
          },
        })),
      says: '',
    },
  ])('$reason', async ({ args, says }) => {
    const { world } = await nest(flavour);
    const texts = await expectSilence(args(world));
    expect(texts.at(-1)).toContain(says);
  });

  test('that a request carries beside its objects', async () => {
    const { world } = await nest(flavour);
    const texts = await expectSilence(world, (request) => ({
      ...request,
      credentials: { cloud: { credentialData: { data: { key: Buffer.from(canary) } } } },
      observed: {
        composite: {
          resource: request.observed?.composite?.resource,
          connectionDetails: { key: Buffer.from(canary) },
          ready: 0,
        },
        resources: Object.fromEntries(
          Object.entries(request.observed?.resources ?? {}).map(([key, resource]) => [
            key,
            { ...resource, connectionDetails: { key: Buffer.from(canary) } },
          ]),
        ),
      },
    }));
    expect(texts).toHaveLength(1);
  });

  test('and a Resource alone shows none either', async () => {
    for (const spec of [{}, { credentialsRef: { name: 'shop-db', passwordKey: 'none' } }, { port: canary }]) {
      const { world } = await nest(flavour);
      await expectSilence({
        ...world,
        composite: database(flavour, 'shop', spec),
        observed: {},
        required: {},
      });
    }
  });

  test('but where it belongs', async () => {
    const { response } = await nest(flavour);
    expect(leaksIn(response, [canary]).length).toBeGreaterThan(3);
  });
});
