import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../lab/backends/certificates.ts';
import { startPostgres } from '../lab/backends/postgres.ts';
import { apiServer } from '../lab/kubernetes/api-server.ts';
import { type FakeCluster, fakeCluster } from '../lab/kubernetes/cluster.ts';
import { kubeletMount } from '../lab/kubernetes/mount.ts';
import { freePort, type ServerProcess, startServer } from '../lab/process/server-process.ts';
import { build } from '../scripts/build.ts';
import { dockerfileEnvironment } from '../scripts/lib/dockerfile.ts';
import type { Target, TargetsFile } from '../src/contract/targets.ts';
import { type Door, doors } from './doors.ts';

/** Nothing listens there, and nothing that is started here can come to. */
const closedPort = 1;
const user = { name: 'reader', password: 'p@ss/wörd', database: 'postgres', readOnly: true };

/** A tenth is dead: half of that refuses connections, half takes them and never answers. */
const kindOf = (index: number): 'live' | 'closed' | 'silent' =>
  index % 20 === 5 ? 'closed' : index % 20 === 15 ? 'silent' : 'live';

const truths = { live: 'Connected', closed: 'ConnectionRefused', silent: 'Timeout' } as const;

/** The built probe in a separate process, in front of many targets and of an API server. */
export interface ProbeWorld extends AsyncDisposable {
  probe: ServerProcess;
  cluster: FakeCluster;
  /** What stands before each target that takes connections. */
  doors: readonly Door[];
  /** What `/metrics` says. */
  scrape: () => Promise<string>;
  /** How many targets have a verdict, and how many of these are not the truth. */
  verdicts: () => { known: number; wrong: number };
  /** Has all targets checked so often, in seconds. */
  setInterval: (interval: number) => Promise<void>;
}

/** Starts all that there is to measure; the targets are checked as soon as the probe is up. */
export async function probeWorld(count: number, interval: number): Promise<ProbeWorld> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const script = (await build(undefined, join(folder, 'dist')))[0]?.file ?? '';
  // as in the image
  await writeFile(join(folder, 'dist', 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'token'), 'token-1');
  const authority = await createAuthority(join(folder, 'ca'));
  const server = await authority.issue({ name: 'server', san: 'IP:127.0.0.1' });
  const postgres = stack.use(await startPostgres({ tls: { ...server, authority: authority.certificate } }));
  await postgres.createUser(user);
  const cluster = fakeCluster(() => performance.now());
  const apis = stack.use(await apiServer(cluster, server));

  const opened = stack.use(doors());
  const seen: Door[] = [];
  const targets: Target[] = [];
  for (let index = 0; index < count; index++) {
    const kind = kindOf(index);
    const door =
      kind === 'closed' ? undefined : await opened.open(kind === 'live' ? postgres.port : undefined);
    if (door) seen.push(door);
    const target = targetAt(`db-${String(index).padStart(4, '0')}`, door?.port ?? closedPort);
    cluster.create(target.xr);
    targets.push(target);
  }
  const api = { group: 'dbhub.tas.io', version: 'v1alpha1', kind: 'XDatabase', plural: 'xdatabases' };
  const file = (seconds: number): string => {
    const whole: TargetsFile = {
      instance: 'bench',
      namespace: 'tas-bench',
      api: { ...api, namespaced: false },
      interval: seconds,
      targets,
    };
    return JSON.stringify(whole);
  };
  const mount = stack.use(await kubeletMount({ 'targets.json': file(interval) }));
  const credentials = stack.use(
    await kubeletMount({ USERNAME: user.name, PASSWORD: encodeURIComponent(user.password) }),
  );

  const health = await freePort();
  const probe = startServer({
    command: process.execPath,
    args: [
      script,
      'probe',
      `--targets=${join(mount.folder, 'targets.json')}`,
      `--credentials=${credentials.folder}`,
      `--config=${folder}`,
      `--port=${health}`,
      `--api-server=${apis.url.origin}`,
      `--token-file=${join(folder, 'token')}`,
      `--ca-file=${authority.certificate}`,
    ],
    env: { ...(await dockerfileEnvironment()), PATH: process.env['PATH'] },
  });
  stack.defer(() => probe.stop());
  const kept = stack.move();
  return {
    probe,
    cluster,
    doors: seen,
    scrape: async () => (await fetch(`http://127.0.0.1:${health}/metrics`)).text(),
    verdicts() {
      const reasons = targets.map(({ xr }) => cluster.statusOf(xr)['reason']);
      return {
        known: reasons.filter((reason) => reason !== undefined).length,
        wrong: reasons.filter((reason, index) => reason !== truths[kindOf(index)]).length,
      };
    },
    setInterval: (seconds) => mount.write({ 'targets.json': file(seconds) }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const targetAt = (name: string, port: number): Target => ({
  name,
  xr: `${name}-x`,
  specHash: 'spec',
  check: {
    driver: 'postgres',
    host: '127.0.0.1',
    port,
    tls: 'require',
    secrets: {
      USERNAME: { key: 'USERNAME', encoding: 'percent' },
      PASSWORD: { key: 'PASSWORD', encoding: 'percent' },
    },
    params: { database: user.database },
    readOnly: true,
    addresses: 'any',
    timeouts: { connect: 3, query: 3 },
  },
});
