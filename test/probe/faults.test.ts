import { expect, test } from 'vitest';
import { canary, type Lab, lab, target, targetsFile, timeOf } from './harness.ts';

const minute = 60_000;
const second = 1_000;

const labWith = (...names: string[]): Lab & { file: ReturnType<typeof targetsFile> } => {
  const made = lab();
  for (const name of names) made.cluster.create(`${name}-x`);
  return { ...made, file: targetsFile(names.map((name) => target(name))) };
};

test('an API server that asks for patience is left alone for so long, and then gets everything', async () => {
  const { clock, cluster, start, file } = labWith('orders', 'users', 'events');
  const asked: number[] = [];
  const from = clock.now();
  cluster.answers = () => {
    asked.push(clock.now() - from);
    if (clock.now() - from >= 40 * second) return undefined;
    return { kind: 'unavailable', reason: 'HTTP429', retryAfter: 45 * second };
  };
  start(file);
  await clock.advance(50 * second);
  const first = asked[0] ?? 0;
  expect(asked.filter((at) => at > first + 100 && at < first + 45 * second)).toEqual([]);
  for (const name of ['orders', 'users', 'events']) {
    expect(cluster.statusOf(`${name}-x`)).toMatchObject({ phase: 'Connected' });
  }
});

test('an API server that comes back meets one request, and not the backlog', async () => {
  const { clock, cluster, start, file } = labWith(...Array.from({ length: 60 }, (_, i) => `db-${i}`));
  let inside = 0;
  let most = 0;
  let down = true;
  cluster.latency = async () => {
    inside++;
    most = Math.max(most, inside);
    await new Promise<void>((resolve) => clock.setTimer(300, resolve));
    inside--;
  };
  cluster.answers = () => (down ? { kind: 'unavailable', reason: 'HTTP503' } : undefined);
  start(file);
  await clock.advance(5 * minute);
  most = 0;
  await clock.advance(2 * minute);
  expect(most).toBe(1);
  down = false;
  await clock.advance(2 * minute);
  for (let i = 0; i < 60; i++) expect(cluster.statusOf(`db-${i}-x`)).toMatchObject({ phase: 'Connected' });
});

test('a conflict is tried again at once', async () => {
  const { clock, cluster, start, file } = labWith('orders');
  let conflicts = 3;
  cluster.answers = ({ verb }) => (verb === 'apply' && conflicts-- > 0 ? { kind: 'conflict' } : undefined);
  start(file);
  await clock.advance(5 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected' });
});

test('rights that are missing are named once, asked for more and more slowly, and used as soon as they are there', async () => {
  const { clock, cluster, start, file, lines } = labWith('orders', 'users');
  let refused = 0;
  cluster.answers = ({ verb, xr }) => {
    if (verb !== 'apply' || xr !== 'orders-x') return undefined;
    refused++;
    return { kind: 'forbidden' };
  };
  const running = start(file);
  await clock.advance(60 * minute);
  expect(cluster.statusOf('users-x')).toMatchObject({ phase: 'Connected' });
  expect(refused).toBeLessThan(20);
  expect(lines.filter((line) => line.includes('forbidden'))).toHaveLength(1);
  expect(await running.probe.metrics.registry.metrics()).toMatch(
    /mcp_probe_status_writes_total\{kind="change",result="forbidden"\} [1-9]/,
  );
  cluster.answers = undefined;
  await clock.advance(5 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected' });
});

test('an XR that the API server fails on does not stop the others', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `db-${i}`);
  const { clock, cluster, start, file } = labWith(...names);
  cluster.answers = ({ verb, xr }) =>
    verb === 'apply' && xr === 'db-0-x' ? { kind: 'unavailable', reason: 'HTTP500' } : undefined;
  start(file);
  await clock.advance(minute);
  for (const name of names.slice(1))
    expect(cluster.statusOf(`${name}-x`)).toMatchObject({ phase: 'Connected' });
});

test('a status that is refused is not sent over and over', async () => {
  const { clock, cluster, start, file, lines } = labWith('orders');
  let sent = 0;
  cluster.answers = ({ verb }) => {
    if (verb !== 'apply') return undefined;
    sent++;
    return { kind: 'refused', status: 422, reason: 'Invalid' };
  };
  start(file);
  await clock.advance(60 * minute);
  expect(sent).toBeLessThan(20);
  expect(lines.filter((line) => line.includes('"reason":"Invalid"'))).toHaveLength(1);
});

test('an XR that is deleted is neither checked nor written, until there is one again', async () => {
  const { clock, cluster, start, file, checks } = labWith('orders');
  start(file);
  await clock.advance(minute);
  cluster.remove('orders-x');
  await clock.advance(10 * minute);
  const [seen, wrote] = [checks.length, cluster.writes.length];
  await clock.advance(60 * minute);
  expect(checks.length).toBe(seen);
  expect(cluster.writes.length).toBe(wrote);
  cluster.create('orders-x');
  await clock.advance(6 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected', checkedBy: 'main' });
});

test('a status that somebody else changed is put right at the next check', async () => {
  const { clock, cluster, servers, start, file } = labWith('orders');
  servers.set('orders', { reason: 'AuthFailed' });
  start(file);
  await clock.advance(10 * minute);
  cluster.overwrite('orders-x', { phase: 'Connected', reason: 'Connected', message: 'All is well.' });
  await clock.advance(5.5 * minute);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Failed', reason: 'AuthFailed' });
});

test('a status of nonsense stops nothing', async () => {
  const { clock, cluster, start, file, lines } = labWith('orders');
  cluster.overwrite('orders-x', {
    phase: { is: 'an object' },
    lastChecked: 'yesterday',
    validUntil: '9999-12-31T23:59:59Z',
    checkedBy: ['main'],
    checkedSpec: 7,
    selectedBy: ['', 'aaa/../..', 4, 'x'.repeat(500)],
  });
  start(file);
  await clock.advance(5 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected', checkedBy: 'main' });
  expect(timeOf(cluster.statusOf('orders-x'), 'validUntil') - clock.wall()).toBeLessThanOrEqual(30 * minute);
  expect(lines.join('')).not.toContain(canary);
});

test('writes that say nothing new wait while many changes are written, but never until a report runs out', async () => {
  const names = Array.from({ length: 75 }, (_, i) => `db-${i}`);
  const { clock, cluster, servers, start, file } = labWith(...names);
  start(file);
  await clock.advance(minute);
  // half of them flap for two hours: each verdict is a change
  for (let i = 0; i < 240; i++) {
    for (const [index, name] of names.entries()) {
      if (index % 2) servers.set(name, { reason: i % 2 ? 'ConnectionRefused' : 'Connected' });
    }
    await clock.advance(30 * second);
    for (const name of names)
      expect(timeOf(cluster.statusOf(`${name}-x`), 'validUntil')).toBeGreaterThan(clock.wall());
  }
}, 60_000);
