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

const known: Case[] = [
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
