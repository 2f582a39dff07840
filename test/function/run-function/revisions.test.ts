import type { JsonObject } from '../../../src/contract/kube.ts';
import type { World } from '../../../src/simulate/reconcile.ts';
import { base64, changed, secret, withObjects, withObserved, without } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const rotated = (world: World): World =>
  withObjects(world, secret('shop-db', { username: 'reader', password: 'rotated' }));

const withData = (world: World, key: string, data: JsonObject): World =>
  withObserved(world, key, (object) => ({ ...object, data: { ...(object['data'] as JsonObject), ...data } }));

const onTemplate = (world: World, annotations: JsonObject): World =>
  withObserved(world, 'deployment', (object) => {
    const deployment = structuredClone(object) as unknown as {
      spec: { template: { metadata: { annotations: JsonObject } } };
    };
    Object.assign(deployment.spec.template.metadata.annotations, annotations);
    return deployment as never;
  });

const cases: Case[] = [
  {
    reason: 'a rotated password restarts the pods by its revision, and the configuration stays as it is',
    args: rotated,
    want: 'rotated',
  },
  {
    reason: 'a key that somebody else put into our Secret does not count',
    args: (world) => withData(world, 'credentials', { NODE_OPTIONS: base64('--inspect') }),
    want: 'nothing',
  },
  {
    reason: 'a key that somebody else put into our ConfigMap does not count',
    args: (world) => withData(world, 'config', { foreign: 'text' }),
    want: 'nothing',
  },
  {
    reason:
      'one of our values that somebody else changed is set right, and pods that may have read it are restarted',
    args: (world) => withData(world, 'credentials', { SHOP_PASSWORD: base64('tampered') }),
    want: 'tampered',
  },
  {
    reason:
      'a Secret that is gone is made again with a higher revision, as nobody knows what the pods have read',
    args: (world) => withObserved(world, 'credentials', () => undefined),
    want: 'secret-gone',
  },
  {
    reason: 'a ConfigMap that is gone is made again; its hash says that the pods need not be restarted',
    args: (world) => withObserved(world, 'config', () => undefined),
    want: 'config-gone',
  },
  {
    reason: 'a revision that cannot be read is as good as none: the other one counts',
    args: (world) => withData(world, 'credentials', { 'credentials-revision': base64('many') }),
    want: 'nothing',
  },
  {
    reason: 'of Secret and Deployment the higher revision counts',
    args: (world) => withData(world, 'credentials', { 'credentials-revision': base64('41') }),
    want: 'secret-ahead',
  },
  {
    reason: 'where only the Deployment was applied before, a change continues from there',
    args: (world) => onTemplate(rotated(world), { 'tas.io/credentials-revision': '7' }),
    want: 'deployment-ahead',
  },
  {
    reason: 'a revision that somebody wrote to be the last one cannot stop the counting',
    args: (world) =>
      withData(rotated(world), 'credentials', { 'credentials-revision': base64('999999999999999999999') }),
    want: 'absurd',
  },
  {
    reason: 'credentials that are no longer there are taken from the Secret, and no pod waits for a revision',
    args: (world) => without(world, 'Secret/shop-db'),
    want: 'withdrawn',
  },
  {
    reason: 'another host changes the configuration and leaves the credentials alone',
    args: (world) =>
      changed(world, 'Database/shop', (object) => ({
        ...object,
        spec: { ...(object['spec'] as JsonObject), host: 'other.example.com' },
      })),
    want: 'another-host',
  },
];

table('revisions', cases);
