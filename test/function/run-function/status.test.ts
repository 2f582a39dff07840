import type { JsonObject } from '../../../src/contract/kube.ts';
import type { World } from '../../../src/simulate/reconcile.ts';
import { handler, NOW } from '../../support/handler.ts';
import { changed, reported, tenant, withObserved, withSpec, withSpecOf } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

/** The Database `shop` with another report, or with none. */
const report = (world: World, status: JsonObject | undefined): World =>
  changed(world, 'Database/shop', (object) =>
    status ? reported(object, status) : { ...object, status: { phase: 'Pending' } },
  );

const cases: Case[] = [
  {
    reason: 'a Database that is connected but not well degrades its Instance, and restarts nothing',
    args: (world) => report(world, { phase: 'Degraded', reason: 'NotReadOnly' }),
    want: 'degraded',
  },
  {
    reason: 'a Database that is down degrades its Instance, and restarts nothing',
    args: (world) =>
      report(world, { phase: 'Failed', reason: 'ConnectionRefused', message: 'no message is mirrored' }),
    want: 'failed',
  },
  {
    reason: 'a Database that its probe has not written on yet is selected all the same',
    args: (world) => report(world, undefined),
    want: 'not-checked',
  },
  {
    reason: 'a report that has expired counts no longer',
    args: (world) => report(world, { validUntil: '2026-03-02T10:02:59Z' }),
    want: 'stale',
  },
  {
    reason: 'a report about another spec counts not yet',
    args: (world) => withSpecOf(world, 'Database/shop', { queryTimeout: 20 }),
    want: 'checking',
  },
  {
    reason: 'an end that is no time is as good as expired',
    args: (world) => report(world, { validUntil: 'forever' }),
    want: 'stale',
  },
  {
    reason: 'an end far in the future changes nothing',
    args: (world) => report(world, { validUntil: '9999-12-31T23:59:59Z' }),
    want: 'nothing',
  },
  {
    reason: 'a message, a latency and a time are not mirrored, as each change would cost events',
    args: (world) => report(world, { latencyMs: 9, message: 'quick', lastChecked: '2026-03-02T10:02:59Z' }),
    want: 'nothing',
  },
  {
    reason: 'a phase and a reason of a tenant’s own invention are bounded',
    args: (world) => report(world, { phase: '${SHOP_PASSWORD}', reason: 'trust me: "it works"' }),
    want: 'invented',
  },
  {
    reason: 'a reason that is called like something of JavaScript is a word like any other',
    args: (world) => report(world, { phase: 'Failed', reason: 'constructor' }),
    want: 'constructor',
  },
  {
    reason: 'a status that is no status at all',
    args: (world) => changed(world, 'Database/shop', (object) => ({ ...object, status: ['Connected'] })),
    want: 'not-checked',
  },
  {
    reason: 'when the first report is about to end, the function wants to be called then',
    args: (world) => world,
    run: handler({ now: Date.parse('2026-03-02T10:30:40Z') }),
    want: 'ends-soon',
  },
  {
    reason: 'when every report has ended nothing is connected',
    args: (world) => world,
    run: handler({ now: Date.parse('2026-03-02T11:00:00Z') }),
    want: 'ended',
  },
  {
    reason: 'a breaker that opened a moment ago is followed closely',
    args: (world) => responsive(world, new Date(NOW - 30_000).toISOString()),
    want: 'breaker-open',
  },
  {
    reason: 'a breaker that opened long ago lets the next event through, whatever it says',
    args: (world) => responsive(world, new Date(NOW - 600_000).toISOString()),
    want: 'nothing',
  },
];

const responsive = (world: World, lastTransitionTime: string): World => ({
  ...world,
  composite: {
    ...world.composite,
    status: {
      conditions: [{ type: 'Responsive', status: 'False', reason: 'WatchCircuitOpen', lastTransitionTime }],
    },
  },
});

table('status', cases);

/** The observed Deployment with another status. */
const rollout = (world: World, status: JsonObject, generation?: number): World =>
  withObserved(world, 'deployment', (object) => ({
    ...object,
    metadata: { ...object.metadata, ...(generation !== undefined && { generation }) },
    status: { ...(object['status'] as JsonObject), ...status },
  }));

const rollouts: Case[] = [
  {
    reason: 'pods that are not available yet',
    args: (world) => rollout(world, { availableReplicas: 0 }),
    want: 'not-available',
  },
  {
    reason: 'some pods that are not available yet',
    args: (world) => rollout(world, { availableReplicas: 1 }),
    want: 'partly-available',
  },
  {
    reason: 'pods of an older template that are still there',
    args: (world) => rollout(world, { updatedReplicas: 1 }),
    want: 'partly-updated',
  },
  {
    reason: 'more pods than are wanted, as the old ones have yet to go',
    args: (world) => rollout(world, { replicas: 3 }),
    want: 'surplus',
  },
  {
    reason: 'a status of an older generation says nothing about this one',
    args: (world) => rollout(world, {}, 99),
    want: 'older-generation',
  },
  {
    reason: 'a rollout that Kubernetes has given up on, while older pods still serve',
    args: (world) =>
      rollout(world, {
        updatedReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      }),
    want: 'given-up',
  },
  {
    reason: 'pods that cannot even be made, as under a quota',
    args: (world) =>
      rollout(world, {
        replicas: 0,
        updatedReplicas: 0,
        availableReplicas: 0,
        conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }],
      }),
    want: 'cannot-be-made',
  },
  {
    reason: 'an invalid status',
    args: (world) => withObserved(world, 'deployment', (object) => ({ ...object, status: 'fine' })),
    want: 'no-status',
  },
  {
    reason: 'a template that has not been applied yet is not ready, however many pods of the old one run',
    args: (world) => withSpec(world, { port: 9000 }),
    want: 'not-applied',
  },
  {
    reason: 'a Deployment that is gone is made again',
    args: (world) => withObserved(world, 'deployment', () => undefined),
    want: 'gone',
  },
];

table('rollout', rollouts, { world: tenant, spec: { replicas: 2 } });
