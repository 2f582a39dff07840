import { expect, test } from 'vitest';
import { fakeCluster } from '../../lab/kubernetes/cluster.ts';
import { createBackoff } from '../../src/probe/cluster/backoff.ts';
import type { Answer } from '../../src/probe/cluster/client.ts';
import { guarded } from '../../src/probe/cluster/guarded.ts';
import { heartbeatOf } from '../../src/probe/cluster/need.ts';
import { createReporter } from '../../src/probe/cluster/reporter.ts';
import { createProbeLog } from '../../src/probe/log.ts';
import { verdictOfReason } from '../../src/probe/verdict.ts';
import { fakeClock, settle } from './fake-clock.ts';
import { target, targetsFile } from './harness.ts';

const setup = () => {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  cluster.create('orders-x');
  const log = createProbeLog('error', { write() {} });
  const reporter = createReporter({ clock, log, api: guarded(cluster, clock, log, 0) });
  reporter.configure(targetsFile([target('orders')]));
  return { clock, cluster, reporter };
};

test('what was read before a write does not undo it: nothing is written twice', async () => {
  const { clock, cluster, reporter } = setup();
  const { get } = cluster;
  let answer = () => {};
  cluster.get = async (path) => {
    const before = await get(path);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return before;
  };
  const looked = reporter.look('orders', 0);
  await settle();
  reporter.report('orders', verdictOfReason('spec-1', 'Connected', clock.now()));
  await settle();
  expect(cluster.writes).toHaveLength(1);
  answer();
  expect(await looked).toMatchObject({ phase: 'Connected' });
  await clock.advance(60_000);
  expect(cluster.writes).toHaveLength(1);
});

test('a newer verdict takes the place of one that waits', async () => {
  const { clock, cluster, reporter } = setup();
  cluster.answers = () => ({ kind: 'unavailable', reason: 'HTTP503' });
  for (const reason of ['Connected', 'DNSFailed', 'TLSExpired'] as const) {
    reporter.report('orders', verdictOfReason('spec-1', reason, clock.now()));
    await clock.advance(100);
  }
  cluster.answers = undefined;
  await clock.advance(60_000);
  expect(cluster.writes.map(({ status }) => status['reason'])).toEqual(['TLSExpired']);
});

test('a verdict on a target that is gone is dropped', async () => {
  const { clock, cluster, reporter } = setup();
  reporter.configure(targetsFile([]));
  reporter.report('orders', verdictOfReason('spec-1', 'Connected', clock.now()));
  await clock.advance(60_000);
  expect(cluster.writes).toHaveLength(0);
  expect(await reporter.look('orders', 0)).toBe('gone');
});

test('statuses of another kind of API are not taken for those of this one', async () => {
  const { clock, cluster, reporter } = setup();
  reporter.report('orders', verdictOfReason('spec-1', 'Connected', clock.now()));
  await settle();
  const file = targetsFile([target('orders')]);
  reporter.configure({
    ...file,
    api: { ...file.api, namespaced: true, kind: 'Database', plural: 'databases' },
  });
  const paths: string[] = [];
  const { apply } = cluster;
  cluster.apply = (path, ...rest): Promise<Answer> => {
    paths.push(path);
    return apply(path, ...rest);
  };
  reporter.report('orders', verdictOfReason('spec-1', 'Connected', clock.now()));
  await settle();
  expect(paths).toEqual(['/apis/dbhub.tas.io/v1alpha1/namespaces/tas-acme/databases/orders-x/status']);
});

test('the heartbeat grows with the targets and the interval', () => {
  expect(heartbeatOf(1, 300_000)).toBe(600_000);
  expect(heartbeatOf(75, 300_000)).toBe(600_000);
  expect(heartbeatOf(500, 300_000)).toBe(4_000_000);
  expect(heartbeatOf(1, 3_600_000)).toBe(3_600_000);
});

test('the gate: what was under way when a pause began does not end it, and pauses grow to half a minute', async () => {
  const clock = fakeClock();
  const gate = createBackoff(clock, 0.99);
  expect([gate.enter(), gate.enter()]).toEqual([true, true]);
  gate.leave({ ok: false, retryAfter: 20_000 });
  gate.leave({ ok: true });
  expect(gate.enter()).toBe(false);
  expect(gate.wait()).toBe(20_000);
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    await clock.advance(gate.wait());
    expect(gate.enter()).toBe(true);
    expect(gate.enter()).toBe(false);
    gate.leave({ ok: false });
    pauses.push(gate.wait());
  }
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses.at(-1)).toBeLessThanOrEqual(30_000);
  expect(gate.closedSince()).toBeDefined();
  await clock.advance(30_000);
  expect(gate.enter()).toBe(true);
  gate.leave({ ok: true });
  expect(gate.closedSince()).toBeUndefined();
  expect([gate.enter(), gate.enter()]).toEqual([true, true]);
});
