import { type FakeCluster, fakeCluster } from '../../lab/kubernetes/cluster.ts';
import type { ProbeReason } from '../../src/contract/probe-reasons.ts';
import type { Check, Target, TargetsFile } from '../../src/contract/targets.ts';
import type { Report, RunCheck } from '../../src/probe/check.ts';
import { guarded } from '../../src/probe/cluster/guarded.ts';
import type { Look } from '../../src/probe/inputs/inputs.ts';
import { workOf } from '../../src/probe/inputs/work.ts';
import { createProbeLog } from '../../src/probe/log.ts';
import { createProbe, type Probe } from '../../src/probe/probe.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** What no log, metric, status or error may hold. */
export const canary = 'c4n4ry-5ecret';

export const check = (name: string, change: Partial<Check> = {}): Check => ({
  driver: 'postgres',
  host: `${name}.example`,
  port: 5432,
  tls: 'require',
  secrets: { PASSWORD: { key: `${name.toUpperCase()}_PASSWORD`, encoding: 'percent' } },
  params: { database: name },
  readOnly: true,
  timeouts: { connect: 30, query: 15 },
  ...change,
});

export const target = (name: string, change: Partial<Target> = {}): Target => ({
  name,
  xr: `${name}-x`,
  specHash: 'spec-1',
  check: check(name),
  ...change,
});

export const targetsFile = (targets: Target[], change: Partial<TargetsFile> = {}): TargetsFile => ({
  instance: 'main',
  namespace: 'tas-acme',
  api: {
    group: 'dbhub.tas.io',
    version: 'v1alpha1',
    kind: 'XDatabase',
    plural: 'xdatabases',
    namespaced: false,
  },
  interval: 300,
  targets,
  ...change,
});

/** How a server behaves: what is found, after how many milliseconds; `hangs` never ends without help. */
export type Behaviour = { reason: ProbeReason; takes?: number } | 'hangs' | 'throws' | 'deaf';

export interface Lab {
  clock: FakeClock;
  cluster: FakeCluster;
  /** By host name without the domain; Connected in 20 ms where there is none. */
  servers: Map<string, Behaviour>;
  checks: { host: string; at: number; secrets: Readonly<Record<string, string>>; instance: string }[];
  /** Checks of one target at a time, at most. */
  most: () => number;
  /** Starts a probe; the targets file can be replaced at any time. */
  start: (file: TargetsFile, mounted?: Partial<Mounts>) => RunningProbe;
  /** Every line that any probe logged. */
  lines: string[];
}

export interface Mounts {
  /** Values by key; each key of a check has one unless it is undefined here. */
  credentials: Record<string, string | undefined>;
  behind: boolean;
}

export interface RunningProbe {
  probe: Probe;
  /** Replaces what is mounted. */
  mount: (file: TargetsFile, mounted?: Partial<Mounts>) => void;
  /** Has the next look at the mounts find the targets file broken. */
  breakFile: (problem: string) => void;
  /** Ends it as `kill -9` does: nothing that it began continues. */
  kill: () => void;
}

/** Several probes on one cluster in one time, with servers that behave as they are told. */
export const lab = (): Lab => {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const servers = new Map<string, Behaviour>();
  const checks: Lab['checks'] = [];
  const lines: string[] = [];
  const open = new Map<string, number>();
  let most = 0;

  const start: Lab['start'] = (first, mounted) => {
    let dead = false;
    let look: Look = {};
    const running: { mount: RunningProbe['mount'] } = {
      mount(file, { credentials = {}, behind = false } = {}) {
        const values = new Map<string, string>();
        for (const each of file.targets) {
          for (const { key } of Object.values(each.check?.secrets ?? {})) {
            const value = key in credentials ? credentials[key] : encodeURIComponent(`${canary}:${key}`);
            if (value !== undefined) values.set(key, value);
          }
        }
        const work = file.targets.map((each) =>
          workOf(each, { credentials: values, config: new Map(), behind }),
        );
        look = { inputs: { file, work } };
      },
    };
    running.mount(first, mounted);

    /** A killed process sees no answer and no time. */
    const alive = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then((value) => !dead && resolve(value), reject);
      });

    const runCheck: RunCheck = async ({ host }, secrets, signal) => {
      const name = host.replace('.example', '');
      const behaviour = servers.get(name) ?? { reason: 'Connected' };
      checks.push({ host: name, at: clock.now(), secrets, instance: first.instance });
      const key = `${first.instance}/${name}`;
      open.set(key, (open.get(key) ?? 0) + 1);
      most = Math.max(most, open.get(key) ?? 0);
      const closed = () => open.set(key, (open.get(key) ?? 0) - 1);
      if (behaviour === 'throws') {
        closed();
        throw Object.assign(new TypeError(`cannot parse postgres://user:${canary}@${host}`), {
          code: 'EBUG',
        });
      }
      const began = clock.now();
      return new Promise<Report>((resolve) => {
        const end = (reason: ProbeReason) => {
          cancel();
          closed();
          resolve({ reason, latencyMs: clock.now() - began, rungs: { dns: 1, tcp: 1, auth: 3 } });
        };
        const cancel =
          behaviour === 'hangs' || behaviour === 'deaf'
            ? () => {}
            : clock.setTimer(behaviour.takes ?? 20, () => end(behaviour.reason));
        if (behaviour !== 'deaf') signal.addEventListener('abort', () => end('Timeout'), { once: true });
      });
    };

    const log = createProbeLog('debug', { write: (line) => void lines.push(line) });
    const own = {
      ...clock,
      setTimer: (ms: number, run: () => void) => clock.setTimer(ms, () => (dead ? undefined : run())),
    };
    const probe = createProbe({
      clock: own,
      inputs: async () => {
        const found = look;
        look = found.problem === undefined ? {} : { problem: found.problem };
        return found;
      },
      runCheck: (...args) => alive(runCheck(...args)),
      api: guarded(
        {
          get: (path) => (dead ? new Promise(() => {}) : alive(cluster.get(path))),
          apply: (...args) => (dead ? new Promise(() => {}) : alive(cluster.apply(...args))),
          close() {},
        },
        own,
        log,
        0.5,
      ),
      log,
    });
    probe.start();
    return {
      probe,
      mount: running.mount,
      breakFile: (problem) => {
        look = { problem };
      },
      kill() {
        dead = true;
        for (const key of open.keys()) if (key.startsWith(`${first.instance}/`)) open.delete(key);
      },
    };
  };
  return { clock, cluster, servers, checks, most: () => most, start, lines };
};

/** A status field that is a time, in milliseconds since the epoch. */
export const timeOf = (status: Record<string, unknown>, field: string): number =>
  Date.parse(String(status[field]));
