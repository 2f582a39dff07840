import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBearerToken } from '../../../src/contract/token.ts';
import { settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import { secret, tenantWithToken, withObjects, without, withSpec } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const asked: Case[] = [
  {
    reason: 'a token is handed to the server by the Secret',
    args: (world) =>
      withObjects(
        withSpec(world, { authTokenRef: { name: 'clients' } }),
        secret('clients', { token: 'let-me-in' }),
      ),
    want: 'present',
  },
  {
    reason: 'without its token a server never starts',
    args: (world) => withSpec(world, { authTokenRef: { name: 'clients' } }),
    want: 'missing-at-first',
  },
  {
    reason: 'a token that no header can carry is refused',
    args: (world) =>
      withObjects(
        withSpec(world, { authTokenRef: { name: 'clients' } }),
        secret('clients', { token: 'let me in\n' }),
      ),
    want: 'unsupported',
  },
];

/** A world that has come to rest with a token which an earlier version of the function took. */
const withOldToken = (world: World, old: string): World => {
  const data = { ...(world.observed['credentials']?.['data'] as Record<string, string>) };
  data['auth-token'] = Buffer.from(old).toString('base64');
  return {
    ...world,
    observed: { ...world.observed, credentials: { ...world.observed['credentials'], data } as KubeObject },
  };
};

const known: Case[] = [
  {
    reason: 'a token with a comma would be several, so it leaves the old one in force',
    args: (world) => withObjects(world, secret('clients', { token: 'let-me-in,x' })),
    want: 'comma',
  },
  {
    reason: 'a token in force that would be several ends, and the pods with it',
    args: (world) => withOldToken(withObjects(world, secret('clients', { token: ',' })), ','),
    want: 'comma-in-force',
  },
  {
    reason: 'a token that is gone stays in force',
    args: (world) => without(world, 'Secret/clients'),
    want: 'gone',
  },
  {
    reason: 'a token that no header can carry leaves the old one in force',
    args: (world) => withObjects(world, secret('clients', { token: 'né' })),
    want: 'broken',
  },
  {
    reason: 'a token that is changed restarts the pods',
    args: (world) => withObjects(world, secret('clients', { token: 'another' })),
    want: 'rotated',
  },
  {
    reason: 'a token that is no longer asked for is dropped',
    args: (world) => withSpec(world, { authTokenRef: undefined }),
    want: 'dropped',
  },
  {
    reason: 'a token alone guards the server too',
    args: (world) => withSpec(world, { networkPolicy: { enabled: false } }),
    want: 'alone',
  },
];

table('token', asked);
table('token', known, { world: tenantWithToken });

test('no text gets into the Secret that is not one token for every server, and no pod runs without', async () => {
  const odd = fc.constantFrom(
    ',',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '\u00a0',
    '\u00e9',
    '\ufeff',
    'Bearer ',
    'a',
    '~',
    '"',
    '%2C',
    '',
  );
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: odd }),
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(8193)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (token) => {
      const world = withObjects(tenantWithToken('namespaced'), secret('clients', { token }));
      const { response } = await settle(run, world);
      const desired = response.desired?.resources ?? {};
      const data = desired['credentials']?.resource?.['data'] as Record<string, string>;
      const kept =
        data['auth-token'] === undefined ? undefined : Buffer.from(data['auth-token'], 'base64').toString();
      expect(kept).toBe(isBearerToken(token) ? token : undefined);
      expect(desired['deployment']?.resource?.['spec']).toMatchObject({
        replicas: kept === undefined ? 0 : 1,
      });
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
  );
});
