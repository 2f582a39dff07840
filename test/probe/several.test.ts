import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { expect, test } from 'vitest';
import { standingOf } from '../../src/probe/cluster/standing.ts';
import { type Lab, lab, type RunningProbe, target, targetsFile, timeOf } from './harness.ts';

const minute = 60_000;

/** Probes of several Instances that select the same Resources. */
const several = (resources: string[]): Lab & { run: (instance: string) => RunningProbe } => {
  const made = lab();
  for (const name of resources) made.cluster.create(`${name}-x`);
  const run = (instance: string) =>
    made.start(
      targetsFile(
        resources.map((name) => target(name)),
        { instance },
      ),
    );
  return { ...made, run };
};

const by = (checks: Lab['checks'], from: number): string[] => [
  ...new Set(checks.slice(from).map(({ instance }) => instance)),
];

test('the first by name checks a Resource, the others stand by, and each names itself', async () => {
  const { clock, cluster, run, checks } = several(['orders', 'users']);
  for (const instance of ['beta', 'alpha', 'gamma']) run(instance);
  await clock.advance(12 * minute);
  const seen = checks.length;
  await clock.advance(60 * minute);
  expect(by(checks, seen)).toEqual(['alpha']);
  for (const xr of ['orders-x', 'users-x']) {
    const status = cluster.statusOf(xr);
    expect(status).toMatchObject({ checkedBy: 'alpha', phase: 'Connected' });
    expect([...(status['selectedBy'] as string[])].sort()).toEqual(['alpha', 'beta', 'gamma']);
  }
});

test('a probe that stands by writes once, and then nothing', async () => {
  const { clock, cluster, run } = several(['orders']);
  run('alpha');
  await clock.advance(minute);
  run('beta');
  await clock.advance(180 * minute);
  expect(cluster.writes.filter(({ manager }) => manager.endsWith('beta'))).toMatchObject([
    { status: { selectedBy: ['beta'] }, changed: true },
  ]);
});

test('when the first has died, another takes over as soon as its report has run out, and takes its name away', async () => {
  const { clock, cluster, run, checks } = several(['orders']);
  const alpha = run('alpha');
  await clock.advance(minute);
  run('beta');
  await clock.advance(30 * minute);
  alpha.kill();
  const died = clock.now();
  const runsOut = timeOf(cluster.statusOf('orders-x'), 'validUntil') - clock.wall();
  const seen = checks.length;
  await clock.until(() => checks.length > seen);
  expect(clock.now() - died).toBeGreaterThanOrEqual(runsOut);
  expect(clock.now() - died).toBeLessThanOrEqual(runsOut + 10_000);
  await clock.advance(10 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({
    checkedBy: 'beta',
    phase: 'Connected',
    selectedBy: ['beta'],
  });
});

test('when the first comes back, it checks again, and the other stands by again', async () => {
  const { clock, cluster, run, checks } = several(['orders']);
  const alpha = run('alpha');
  await clock.advance(minute);
  run('beta');
  await clock.advance(5 * minute);
  alpha.kill();
  await clock.advance(60 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({ checkedBy: 'beta' });
  run('alpha');
  await clock.advance(15 * minute);
  const seen = checks.length;
  await clock.advance(60 * minute);
  expect(by(checks, seen)).toEqual(['alpha']);
  const status = cluster.statusOf('orders-x');
  expect(status).toMatchObject({ checkedBy: 'alpha' });
  expect([...(status['selectedBy'] as string[])].sort()).toEqual(['alpha', 'beta']);
});

test('a probe that stands by takes no field along when it leaves one to another', async () => {
  const { clock, cluster, servers, run } = several(['orders']);
  run('beta');
  await clock.advance(minute);
  run('alpha');
  await clock.advance(30 * minute);
  servers.set('orders', { reason: 'DNSFailed' });
  await clock.advance(12 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({
    phase: 'Failed',
    reason: 'DNSFailed',
    checkedBy: 'alpha',
  });
  expect(cluster.writes.filter(({ manager }) => manager.endsWith('beta')).at(-1)?.status).toEqual({
    selectedBy: ['beta'],
  });
});

test('whatever comes and goes, a report is from a live probe again within its validity and a period', async () => {
  await assert(
    asyncProperty(
      array(record({ after: integer({ min: 1, max: 40 }), who: constantFrom('alpha', 'beta', 'gamma') }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (events) => {
        const { clock, cluster, run } = several(['orders', 'users']);
        const alive = new Map<string, RunningProbe>();
        for (const { after, who } of events) {
          const running = alive.get(who);
          running?.kill();
          if (running) alive.delete(who);
          else alive.set(who, run(who));
          await clock.advance(after * minute);
        }
        if (alive.size === 0) alive.set('beta', run('beta'));
        await clock.advance(42 * minute);
        const status = cluster.statusOf('orders-x');
        expect([...alive.keys()]).toContain(status['checkedBy']);
        expect(timeOf(status, 'validUntil')).toBeGreaterThan(clock.wall());
        for (const name of alive.keys()) expect(status['selectedBy']).toContain(name);
        for (const running of alive.values()) running.kill();
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('a report that claims to hold forever is nobody’s', () => {
  const wall = Date.parse('2026-01-01T00:00:00Z');
  const view = { selectedBy: ['alpha'], checkedBy: 'alpha', ownsReport: false };
  expect(standingOf({ ...view, validUntil: wall + 3600_000 }, 'beta', wall)).toEqual({
    probes: false,
    until: wall + 3600_000,
  });
  expect(standingOf({ ...view, validUntil: wall + 1e12 }, 'beta', wall)).toEqual({ probes: true });
  expect(standingOf({ ...view, validUntil: wall }, 'beta', wall)).toEqual({ probes: true });
  expect(standingOf({ ...view }, 'beta', wall)).toEqual({ probes: true });
  expect(standingOf(undefined, 'beta', wall)).toEqual({ probes: true });
});
