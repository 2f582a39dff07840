import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Authority, type Certificate, createAuthority } from '../../lab/backends/certificates.ts';
import { type ApiServer, apiServer } from '../../lab/kubernetes/api-server.ts';
import { type FakeCluster, fakeCluster } from '../../lab/kubernetes/cluster.ts';
import { kubeletMount, type Mount } from '../../lab/kubernetes/mount.ts';
import { freePort, type ServerProcess, startServer } from '../../lab/process/server-process.ts';
import type { Target } from '../../src/contract/targets.ts';
import { canary, check, target, targetsFile } from './harness.ts';

const program = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let authority: Authority;
let certificate: Certificate;
let cluster: FakeCluster;
let api: ApiServer;
let targets: Mount;
let credentials: Mount;
let listener: Server;
let listening: number;
let closed: number;
const processes: ServerProcess[] = [];

/** A target that needs no driver: it is well where its port is open. */
const port = (name: string, at: number): Target =>
  target(name, {
    check: check(name, {
      driver: 'tcp',
      tls: 'disable',
      host: '127.0.0.1',
      port: at,
      addresses: 'any',
      timeouts: { connect: 2, query: 2 },
    }),
  });
const put = (...all: Target[]) => targets.write({ 'targets.json': JSON.stringify(targetsFile(all)) });
const creds = (value: string) => ({ OPEN_PASSWORD: value, SHUT_PASSWORD: value });

const spawnProbe = (args: string[], env: NodeJS.ProcessEnv = {}): ServerProcess => {
  const started = startServer({
    command: process.execPath,
    args: [program, 'probe', ...args],
    env: { PATH: process.env['PATH'], ...env },
  });
  processes.push(started);
  return started;
};

const mounts = () => [
  `--targets=${join(targets.folder, 'targets.json')}`,
  `--credentials=${credentials.folder}`,
  `--config=${folder}`,
];

/** Starts a probe on the API server of these tests, and waits until it is healthy. */
const startProbe = async (): Promise<{ probe: ServerProcess; get: (path: string) => Promise<string> }> => {
  const health = await freePort();
  const probe = spawnProbe([
    ...mounts(),
    `--port=${health}`,
    `--api-server=${api.url.origin}`,
    `--token-file=${join(folder, 'token')}`,
    `--ca-file=${authority.certificate}`,
  ]);
  const url = `http://127.0.0.1:${health}`;
  await probe.until(
    () =>
      fetch(`${url}/healthz`).then(
        (response) => response.ok,
        () => false,
      ),
    20,
  );
  return { probe, get: async (path) => (await fetch(url + path)).text() };
};

const reasonOf = (xr: string) => cluster.statusOf(xr)['reason'];
const ended = async (probe: ServerProcess) => {
  await expect.poll(() => probe.exit(), { timeout: 15_000 }).toBeDefined();
  return probe.exit();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'function-mcp-probe-'));
  authority = await createAuthority(join(folder, 'ca'));
  certificate = await authority.issue({ name: 'kubernetes', san: 'IP:127.0.0.1' });
  await writeFile(join(folder, 'token'), 'token-1');
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  cluster = fakeCluster();
  for (const name of ['open', 'shut']) cluster.create(`${name}-x`);
  api = await apiServer(cluster, certificate);
  listener = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  listening = (listener.address() as AddressInfo).port;
  closed = await freePort();
  credentials = await kubeletMount(creds(canary));
  targets = await kubeletMount({});
  await put(port('open', listening), port('shut', closed));
});
afterEach(async () => {
  for (const each of processes.splice(0)) await each.stop();
  await api.stop();
  await new Promise((resolve) => listener.close(resolve));
  for (const mount of [targets, credentials]) await mount[Symbol.asyncDispose]();
});

test('it checks, writes, answers on its port, follows its files, and ends cleanly', async () => {
  const { probe, get } = await startProbe();
  await expect.poll(() => reasonOf('open-x'), { timeout: 10_000 }).toBe('NoDriver');
  await expect.poll(() => reasonOf('shut-x'), { timeout: 10_000 }).toBe('ConnectionRefused');
  expect(await get('/healthz')).toBe('ok\n');
  const metrics = await get('/metrics');
  expect(metrics).toContain(
    'mcp_probe_resource{resource="shut",phase="Failed",reason="ConnectionRefused"} 1',
  );
  expect(metrics).toContain('process_resident_memory_bytes');
  expect(metrics).not.toContain('127.0.0.1');

  await put(port('open', listening), { ...port('shut', listening), specHash: 'spec-2' });
  await expect
    .poll(() => cluster.statusOf('shut-x'), { timeout: 10_000 })
    .toMatchObject({
      reason: 'NoDriver',
      checkedSpec: 'spec-2',
    });

  const writes = cluster.writes.length;
  const told = Date.now();
  process.kill(probe.pid, 'SIGTERM');
  expect(await ended(probe)).toEqual({ code: 0, signal: null });
  expect(Date.now() - told).toBeLessThan(5_000);
  expect(cluster.writes.length).toBe(writes);

  const lines = probe.logs().trim().split('\n');
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: expect.any(String) });
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(
    expect.arrayContaining(['the probe is running', 'verdict', 'the probe is stopping']),
  );
  for (const text of [probe.logs(), metrics, JSON.stringify(cluster.writes)])
    expect(text).not.toContain(canary);
}, 60_000);

test('kill -9 loses nothing: the next one continues from the statuses', async () => {
  const first = await startProbe();
  await expect.poll(() => reasonOf('open-x'), { timeout: 10_000 }).toBe('NoDriver');
  await expect.poll(() => reasonOf('shut-x'), { timeout: 10_000 }).toBe('ConnectionRefused');
  process.kill(first.probe.pid, 'SIGKILL');
  await ended(first.probe);
  const writes = cluster.writes.length;
  const second = await startProbe();
  await expect
    .poll(() => second.get('/metrics'), { timeout: 10_000 })
    .toMatch(/mcp_probe_checks_total\{reason="ConnectionRefused"\} [1-9]/);
  expect(await second.get('/metrics')).toMatch(/mcp_probe_checks_total\{reason="NoDriver"\} 0/);
  expect(cluster.writes.length).toBe(writes);
}, 60_000);

test('an API server that is away at the start gets everything when it comes', async () => {
  await api.stop();
  const { probe, get } = await startProbe();
  await expect
    .poll(() => get('/metrics'), { timeout: 10_000 })
    .toContain('mcp_probe_status_writes_pending{kind="change"} 2');
  await api.start();
  await expect
    .poll(() => [reasonOf('open-x'), reasonOf('shut-x')], { timeout: 20_000 })
    .toEqual(['NoDriver', 'ConnectionRefused']);
  expect(probe.logs()).toContain('the API server does not answer');
}, 60_000);

test.each([
  ['outside a cluster', () => mounts(), /not in a cluster/],
  ['over plain HTTP', () => [...mounts(), '--api-server=http://api.example'], /must be an https URL/],
  [
    'on a port that is taken',
    () => [...mounts(), `--api-server=${api.url.origin}`, `--port=${listening}`],
    /EADDRINUSE/,
  ],
])(
  'it does not start %s, and says why',
  async (_, args, why) => {
    const probe = spawnProbe(args());
    expect(await ended(probe)).toEqual({ code: 1, signal: null });
    expect(probe.logs()).toMatch(why);
  },
  30_000,
);

test('--once prints a table, and ends with 1 where not all is well', async () => {
  const probe = spawnProbe(['--once', ...mounts()]);
  expect(await ended(probe)).toEqual({ code: 1, signal: null });
  const [header, ...rows] = probe.logs().trim().split('\n');
  expect(header).toMatch(/^RESOURCE +PHASE +REASON +LATENCY +MESSAGE$/);
  expect(rows).toEqual([
    expect.stringMatching(/^open +Degraded +NoDriver +\d+ ms +The port is open\./),
    expect.stringMatching(/^shut +Failed +ConnectionRefused +\d+ ms +The host refuses connections/),
  ]);
  expect(probe.logs()).not.toContain(canary);
  expect(api.requests).toEqual([]);
}, 30_000);

test('--once --json prints every verdict, those too that need no check', async () => {
  const { check: _, ...unusable } = target('unusable');
  await put(
    { ...unusable, problem: { reason: 'SecretNotFound', message: 'Secret "a" does not exist.' } },
    target('unmounted'),
  );
  const probe = spawnProbe(['--once', '--json', ...mounts()]);
  expect(await ended(probe)).toEqual({ code: 1, signal: null });
  expect(JSON.parse(probe.logs())).toEqual([
    {
      resource: 'unusable',
      phase: 'Failed',
      reason: 'SecretNotFound',
      message: 'Secret "a" does not exist.',
    },
    expect.objectContaining({ resource: 'unmounted', phase: 'Failed', reason: 'CredentialsNotMounted' }),
  ]);
}, 30_000);

test('--once says what is wrong with a targets file', async () => {
  await targets.write({ 'targets.json': '{"instance":' });
  const probe = spawnProbe(['--once', ...mounts()]);
  expect(await ended(probe)).toEqual({ code: 1, signal: null });
  expect(probe.logs()).toBe('probe: the targets file is not valid JSON\n');
}, 30_000);
