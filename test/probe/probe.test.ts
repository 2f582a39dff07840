import { expect, test } from 'vitest';
import { probeReasons } from '../../src/contract/probe-reasons.ts';
import { canary, check, type Lab, lab, target, targetsFile, timeOf } from './harness.ts';

const minute = 60_000;
const second = 1_000;

/** A lab with targets of those names, whose XRs exist. */
const labWith = (...names: string[]): Lab & { file: ReturnType<typeof targetsFile> } => {
  const made = lab();
  for (const name of names) made.cluster.create(`${name}-x`);
  return { ...made, file: targetsFile(names.map((name) => target(name))) };
};

const many = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `db-${String(i).padStart(4, '0')}`);

test('a new target is checked at once, and what was found stands on its XR', async () => {
  const { clock, cluster, start, file } = labWith('orders');
  start(file);
  await clock.advance(second);
  const status = cluster.statusOf('orders-x');
  expect(status).toMatchObject({
    phase: 'Connected',
    reason: 'Connected',
    message: probeReasons.Connected.message,
    checkedBy: 'main',
    checkedSpec: 'spec-1',
    latencyMs: 20,
    selectedBy: ['main'],
  });
  expect(timeOf(status, 'validUntil') - timeOf(status, 'lastChecked')).toBe(30 * minute);
  expect(Math.abs(timeOf(status, 'lastChecked') - clock.wall())).toBeLessThan(2 * second);
});

test('an outage and its end are written within two periods, once each, and with their own reason', async () => {
  const { clock, cluster, servers, start, file } = labWith('orders');
  start(file);
  await clock.advance(20 * minute);
  servers.set('orders', { reason: 'ConnectionRefused' });
  const down = clock.now();
  await clock.until(() => cluster.statusOf('orders-x')['reason'] === 'ConnectionRefused');
  expect(clock.now() - down).toBeLessThanOrEqual(10 * minute);
  await clock.advance(7 * minute);
  servers.delete('orders');
  const up = clock.now();
  await clock.until(() => cluster.statusOf('orders-x')['phase'] === 'Connected');
  expect(clock.now() - up).toBeLessThanOrEqual(10 * minute);
  const said = cluster.writes.map(({ status }) => status['reason']);
  expect(said.filter((reason, index) => reason !== said[index - 1])).toEqual([
    'Connected',
    'ConnectionRefused',
    'Connected',
  ]);
});

test('what says nothing new is written no more often than every ten minutes', async () => {
  const { clock, cluster, start, file, checks } = labWith('orders');
  start(file);
  await clock.advance(3 * 60 * minute);
  expect(checks.length).toBeGreaterThan(36);
  expect(cluster.writes.length).toBeLessThanOrEqual(1 + 18);
  const gaps = cluster.writes.slice(1).map(({ at }, index) => at - (cluster.writes[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10 * minute - second);
});

test('no report ever runs out while its probe runs', async () => {
  const names = many(120);
  const { clock, cluster, start, file } = labWith(...names);
  start(file);
  await clock.advance(2 * minute);
  for (let i = 0; i < 60; i++) {
    await clock.advance(minute);
    for (const name of names)
      expect(timeOf(cluster.statusOf(`${name}-x`), 'validUntil')).toBeGreaterThan(clock.wall());
  }
  const beats = cluster.writes
    .filter(({ at }) => at > (cluster.writes[0]?.at ?? 0) + 5 * minute)
    .map(({ at }) => at);
  expect(beats.length).toBeGreaterThan(120);
  const gaps = beats.slice(1).map((at, index) => at - (beats[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8 * second - 1);
}, 60_000);

test('reports written for few targets do not run out when many are added', async () => {
  const [few, all] = [many(10), many(400)];
  const made = labWith(...all);
  const { clock, cluster, start } = made;
  const running = start(targetsFile(few.map((name) => target(name))));
  await clock.advance(9 * minute);
  running.mount(made.file);
  for (let i = 0; i < 40; i++) {
    await clock.advance(minute);
    for (const name of few)
      expect(timeOf(cluster.statusOf(`${name}-x`), 'validUntil')).toBeGreaterThan(clock.wall());
  }
}, 60_000);

test('a thousand changes at once are all written at once', async () => {
  const names = many(1_000);
  const { clock, cluster, start, file } = labWith(...names);
  start(file);
  await clock.advance(10 * second);
  expect(cluster.writes.length).toBe(1_000);
}, 60_000);

test('a changed spec, check or password is checked again within seconds', async () => {
  const { clock, cluster, servers, start, file, checks } = labWith('orders', 'users');
  const running = start(file);
  await clock.advance(40 * second);
  const before = checks.length;

  running.mount(targetsFile([target('orders', { specHash: 'spec-2' }), target('users')]));
  await clock.advance(3 * second);
  expect(checks.slice(before).map(({ host }) => host)).toEqual(['orders']);
  expect(cluster.statusOf('orders-x')).toMatchObject({ checkedSpec: 'spec-2' });

  const changed = targetsFile([
    target('orders', { specHash: 'spec-2', check: check('orders', { port: 6432 }) }),
    target('users'),
  ]);
  running.mount(changed);
  await clock.advance(3 * second);
  expect(checks.length).toBe(before + 2);

  servers.set('users', { reason: 'AuthFailed' });
  running.mount(changed, { credentials: { USERS_PASSWORD: 'n%C3%A9w' } });
  await clock.advance(3 * second);
  expect(checks.at(-1)).toMatchObject({ host: 'users', secrets: { PASSWORD: 'néw' } });
  expect(cluster.statusOf('users-x')).toMatchObject({ phase: 'Failed', reason: 'AuthFailed' });
  expect(checks.length).toBe(before + 3);
});

test('a check that runs while its target changes is ended and does not count', async () => {
  const { clock, cluster, servers, start, file, most } = labWith('orders');
  servers.set('orders', 'hangs');
  const running = start(file);
  await clock.advance(5 * second);
  servers.delete('orders');
  running.mount(targetsFile([target('orders', { specHash: 'spec-2' })]));
  await clock.advance(3 * second);
  expect(cluster.writes.map(({ status }) => [status['reason'], status['checkedSpec']])).toEqual([
    ['Connected', 'spec-2'],
  ]);
  expect(most()).toBe(1);
});

test('a target that is removed is forgotten: no check, no write, no metric', async () => {
  const { clock, cluster, start, file, checks } = labWith('orders', 'users');
  const running = start(file);
  await clock.advance(5 * second);
  running.mount(targetsFile([target('users')]));
  await clock.advance(5 * second);
  const [seen, wrote] = [checks.length, cluster.writes.length];
  await clock.advance(60 * minute);
  expect(checks.slice(seen).every(({ host }) => host === 'users')).toBe(true);
  expect(cluster.writes.slice(wrote).every(({ xr }) => xr === 'users-x')).toBe(true);
  expect(await running.probe.metrics.registry.metrics()).not.toContain('orders');
});

test('a targets file that breaks changes nothing, and is named in log and metric', async () => {
  const { clock, start, file, checks, lines } = labWith('orders');
  const running = start(file);
  await clock.advance(5 * second);
  running.breakFile('is not valid JSON');
  await clock.advance(12 * minute);
  expect(checks.length).toBeGreaterThanOrEqual(3);
  expect(lines.filter((line) => line.includes('is not valid JSON'))).toHaveLength(1);
  expect(await running.probe.metrics.registry.metrics()).toContain('mcp_probe_targets_file_valid 0');
  running.mount(file);
  await clock.advance(2 * second);
  expect(await running.probe.metrics.registry.metrics()).toContain('mcp_probe_targets_file_valid 1');
});

test('a Resource that is not usable gets Failed with the reason of the plan; one that cannot be checked says so', async () => {
  const { clock, cluster, start, checks } = labWith('orders', 'file');
  const { check: _, ...bare } = target('orders');
  const { check: __, ...file } = target('file');
  start(
    targetsFile([
      { ...bare, problem: { reason: 'SecretNotFound', message: 'Secret "a" does not exist.' } },
      file,
    ]),
  );
  await clock.advance(60 * minute);
  expect(checks).toHaveLength(0);
  expect(cluster.statusOf('orders-x')).toMatchObject({
    phase: 'Failed',
    reason: 'SecretNotFound',
    message: 'Secret "a" does not exist.',
    checkedSpec: 'spec-1',
  });
  expect(cluster.statusOf('orders-x')).not.toHaveProperty('latencyMs');
  expect(timeOf(cluster.statusOf('orders-x'), 'validUntil')).toBeGreaterThan(clock.wall());
  expect(cluster.statusOf('file-x')).toMatchObject({ phase: 'Degraded', reason: 'NotCheckable' });
});

test('credentials that are not mounted yet are waited for, and then missed', async () => {
  const { clock, cluster, start, file, checks } = labWith('orders');
  const missing = { credentials: { ORDERS_PASSWORD: undefined } };
  const running = start(file, missing);
  await clock.advance(110 * second);
  expect(cluster.writes).toHaveLength(0);
  await clock.advance(20 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Failed', reason: 'CredentialsNotMounted' });
  running.mount(file);
  await clock.advance(2 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected' });
  expect(checks).toHaveLength(1);
});

test('credentials older than those that the pod was started for are not used', async () => {
  const { clock, start, file, checks } = labWith('orders');
  const running = start(file, { behind: true });
  await clock.advance(60 * second);
  expect(checks).toHaveLength(0);
  running.mount(file);
  await clock.advance(2 * second);
  expect(checks).toHaveLength(1);
});

test('a check that does not end is cut off, and one that ignores that is left behind', async () => {
  const { clock, cluster, servers, start, file, most } = labWith('slow', 'deaf');
  servers.set('slow', 'hangs').set('deaf', 'deaf');
  const running = start(file);
  await clock.advance(165 * second);
  expect(cluster.statusOf('slow-x')).toMatchObject({ phase: 'Failed', reason: 'Timeout' });
  expect(cluster.statusOf('deaf-x')).toMatchObject({ phase: 'Failed', reason: 'Timeout' });
  expect(await running.probe.metrics.registry.metrics()).toContain('mcp_probe_checks_abandoned_total 1');
  expect(running.probe.unhealthy()).toBeUndefined();
  await clock.advance(120 * minute);
  expect(running.probe.unhealthy()).toContain('checks do not stop');
  expect(most()).toBeGreaterThan(1);
});

test('a bug in a check is reported as such, and nothing that it threw leaves the process', async () => {
  const { clock, cluster, servers, start, file, lines } = labWith('orders');
  servers.set('orders', 'throws');
  const running = start(file);
  await clock.advance(5 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Failed', reason: 'InternalError' });
  const told = lines.find((line) => line.includes('TypeError')) ?? '';
  expect(told).toContain('EBUG');
  expect(told).toContain('harness.ts');
  const all = [...lines, JSON.stringify(cluster.writes), await running.probe.metrics.registry.metrics()].join(
    '\n',
  );
  expect(all).not.toContain(canary);
});

test('after kill -9 it continues from what stands in the cluster, and writes nothing that stands there', async () => {
  const names = many(100);
  const { clock, cluster, start, file, checks } = labWith(...names);
  const first = start(file);
  await clock.advance(70 * second);
  first.kill();
  const [seen, wrote] = [checks.length, cluster.writes.length];
  expect(wrote).toBe(100);
  const second_ = start(file);
  await clock.advance(3 * second);
  expect(cluster.reads.length).toBeGreaterThanOrEqual(200);
  expect(checks.length - seen).toBeLessThan(20);
  await clock.advance(60 * second);
  expect(checks.length - seen).toBe(100);
  expect(cluster.writes.length).toBe(wrote);
  second_.kill();
});

test('killed at any moment, it is right again after each start', async () => {
  const names = many(30);
  const { clock, cluster, servers, start, file } = labWith(...names);
  for (let round = 0; round < 25; round++) {
    const running = start(file);
    servers.set('db-0003', { reason: round % 2 ? 'Connected' : 'AuthFailed', takes: round * 3 });
    await clock.advance(1 + ((round * 137) % 900));
    running.kill();
    servers.delete('db-0003');
  }
  start(file);
  await clock.advance(6 * minute);
  for (const name of names) expect(cluster.statusOf(`${name}-x`)).toMatchObject({ phase: 'Connected' });
});

test('a failing target is checked at once after a restart, whatever stands on it', async () => {
  const { clock, cluster, servers, start, file, checks } = labWith('orders');
  servers.set('orders', { reason: 'AuthFailed' });
  start(file).kill();
  const first = start(file);
  await clock.advance(5 * second);
  first.kill();
  servers.delete('orders');
  const seen = checks.length;
  start(file);
  await clock.advance(2 * second);
  expect(checks.length).toBe(seen + 1);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected' });
});

test('an API server that is away for long: checks go on, and the latest of each is written when it is back', async () => {
  const names = many(50);
  const { clock, cluster, servers, start, file, checks, lines } = labWith(...names);
  const running = start(file);
  await clock.advance(minute);
  cluster.answers = () => ({ kind: 'unavailable', reason: 'ECONNREFUSED' });
  const wrote = cluster.writes.length;
  let asked = 0;
  cluster.latency = async () => void asked++;
  servers.set('db-0001', { reason: 'ConnectionRefused' }).set('db-0002', { reason: 'TLSExpired' });
  const seen = checks.length;
  await clock.advance(20 * minute);
  servers.delete('db-0001');
  await clock.advance(40 * minute);
  expect(checks.length - seen).toBeGreaterThan(50 * 11);
  expect(asked).toBeLessThan(60 * 5);
  expect(running.probe.unhealthy()).toBeUndefined();
  cluster.answers = undefined;
  await clock.advance(70 * second);
  for (const name of names) {
    const status = cluster.statusOf(`${name}-x`);
    expect(status['reason']).toBe(name === 'db-0002' ? 'TLSExpired' : 'Connected');
    expect(timeOf(status, 'validUntil')).toBeGreaterThan(clock.wall());
  }
  const after = cluster.writes.slice(wrote);
  expect(after.some(({ status }) => status['reason'] === 'ConnectionRefused')).toBe(false);
  expect(after.length).toBe(50);
  expect(lines.filter((line) => line.includes('does not answer'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('available again'))).toHaveLength(1);
}, 60_000);

test('an API server that is away at the start does not keep checks from running', async () => {
  const { clock, cluster, start, file, checks } = labWith('orders');
  cluster.answers = () => ({ kind: 'unavailable', reason: 'ETIMEDOUT' });
  start(file);
  await clock.advance(5 * second);
  expect(checks).toHaveLength(1);
  cluster.answers = undefined;
  await clock.advance(40 * second);
  expect(cluster.statusOf('orders-x')).toMatchObject({ phase: 'Connected' });
});

test('the time of day may jump: checks go on as before, and reports hold for the right time again', async () => {
  const names = many(10);
  for (const jump of [-26 * 60 * minute, -40 * minute, 40 * minute, 400 * 24 * 60 * minute]) {
    const { clock, cluster, start, file, checks } = labWith(...names);
    start(file);
    await clock.advance(12 * minute);
    const seen = checks.length;
    clock.setWall(clock.wall() + jump);
    await clock.advance(second);
    expect(checks.length - seen).toBeLessThanOrEqual(2);
    await clock.advance(6 * minute);
    expect(checks.length - seen).toBeLessThanOrEqual(22);
    await clock.advance(2 * minute);
    for (const name of names) {
      const status = cluster.statusOf(`${name}-x`);
      const left = timeOf(status, 'validUntil') - clock.wall();
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(30 * minute + second);
    }
  }
});

test('SIGTERM ends the checks that run, writes what is new and resolves', async () => {
  const { clock, cluster, servers, start, file, most } = labWith('orders', 'users');
  servers.set('orders', { reason: 'QueryFailed', takes: 1_000 }).set('users', 'hangs');
  const running = start(file);
  await clock.advance(900);
  let answer = () => {};
  cluster.latency = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await clock.advance(200);
  let stopped = false;
  void running.probe.stop().then(() => {
    stopped = true;
  });
  await clock.advance(second);
  expect(stopped).toBe(false);
  expect(most()).toBe(1);
  answer();
  await clock.advance(100);
  expect(stopped).toBe(true);
  expect(cluster.statusOf('orders-x')).toMatchObject({ reason: 'QueryFailed' });
  expect(cluster.statusOf('users-x')).toEqual({ phase: 'Pending' });
  expect(clock.timers()).toBe(0);
});

test('SIGTERM while the API server is away takes 5 s at most', async () => {
  const { clock, cluster, start, file } = labWith('orders');
  cluster.answers = () => ({ kind: 'unavailable', reason: 'ECONNREFUSED' });
  const running = start(file);
  await clock.advance(second);
  let stopped = false;
  void running.probe.stop().then(() => {
    stopped = true;
  });
  await clock.advance(4.9 * second);
  expect(stopped).toBe(false);
  await clock.advance(0.2 * second);
  expect(stopped).toBe(true);
  expect(clock.timers()).toBe(0);
});

test('/healthz fails when the loop is stuck, and not because Resources or the API server are down', async () => {
  const { clock, cluster, servers, start, file } = labWith('orders');
  servers.set('orders', { reason: 'DNSFailed' });
  cluster.answers = () => ({ kind: 'unavailable', reason: 'ECONNREFUSED' });
  const running = start(file);
  await clock.advance(10 * minute);
  expect(running.probe.unhealthy()).toBeUndefined();
  running.kill();
  await clock.advance(20 * second);
  expect(running.probe.unhealthy()).toMatch(/has not run for \d+ s/);
});

test('a shorter interval takes effect at once', async () => {
  const { clock, start, file, checks } = labWith(...many(20));
  const running = start(file);
  await clock.advance(6 * minute);
  running.mount({ ...file, interval: 30 });
  const seen = checks.length;
  await clock.advance(33 * second);
  expect(checks.length - seen).toBeGreaterThanOrEqual(20);
});

test('no password and no host stands in a log, a metric or a status', async () => {
  const { clock, cluster, servers, start, file, lines } = labWith(...many(12));
  const reasons = Object.keys(probeReasons) as (keyof typeof probeReasons)[];
  for (const [index, name] of many(12).entries())
    servers.set(name, { reason: reasons[index * 2] ?? 'Timeout' });
  const running = start(file);
  await clock.advance(30 * minute);
  await running.probe.stop().catch(() => {});
  const metrics = await running.probe.metrics.registry.metrics();
  for (const text of [lines.join(''), metrics, JSON.stringify(cluster.writes)]) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain('.example');
    expect(text.length).toBeGreaterThan(100);
  }
});
