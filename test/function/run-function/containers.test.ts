import { beforeAll, describe, expect, test } from 'vitest';
import { valueAt } from '../../../src/contract/observed.ts';
import { livePath } from '../../../src/contract/sidecar.ts';
import { serverTypes } from '../../../src/servers/registry.ts';
import { settle } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { environmentConfig, secret, worldOf, xr } from '../../support/world.ts';

interface Probe {
  httpGet: { path: string; port: string | number };
}

interface Container {
  name: string;
  args: string[];
  env?: { name: string; value?: string }[];
  restartPolicy?: string;
  ports?: { name: string; containerPort: number }[];
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
}

interface Pod {
  initContainers: [Container, ...Container[]];
  containers: [Container];
  terminationGracePeriodSeconds: number;
}

const pods = serverTypes.flatMap((type) =>
  (['http', 'sse', 'stdio'] as const).flatMap((transport) =>
    [false, true].flatMap((token) =>
      [8080, 65_534, 65_535].map((port) => ({ type, name: type.name, transport, token, port })),
    ),
  ),
);

/** The objects of an Instance by kind. */
const objectsOf = async ({ type, transport, token, port }: (typeof pods)[number]) => {
  const spec = { transport, port, ...(token && { authTokenRef: { name: 'clients' } }) };
  const instance = xr('claims', type.instance.kind, 'hub', spec);
  const objects = [environmentConfig(), secret('clients', { token: 'let-me-in' })];
  const { response } = await settle(run, worldOf(instance, objects));
  const { deployment, service, 'network-policy': policy } = response.desired?.resources ?? {};
  return {
    pod: valueAt(deployment?.resource, 'spec', 'template', 'spec') as unknown as Pod,
    ports: valueAt(service?.resource, 'spec', 'ports'),
    ingress: valueAt(policy?.resource, 'spec', 'ingress'),
  };
};

/** Values of options, which are one argument or two. */
const option = ({ args }: Container, name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ??
  (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);

/** Where a container listens, as address:port. */
const listens = (container: Container): string[] => {
  const { name } = container;
  const port = option(container, 'port');
  const host = option(container, 'host') ?? option(container, 'address') ?? '0.0.0.0';
  const listen = option(container, 'listen') ?? [];
  if (name === 'sse-bridge') return [listen].flat();
  if (name === 'gate') return [port === undefined ? [] : `127.0.0.1:${port}`, listen].flat();
  return port === undefined ? [] : [`${host}:${port}`];
};

describe.each(pods)('a pod of $name over $transport, with a token: $token, on port $port', (it) => {
  let made: Awaited<ReturnType<typeof objectsOf>>;
  beforeAll(async () => {
    made = await objectsOf(it);
  });

  test('starts its sidecars before the server, and ends them after it', () => {
    const { pod } = made;
    const [renderer, ...sidecars] = pod.initContainers;
    expect(renderer.name).toBe('config-renderer');
    expect(renderer.restartPolicy).toBeUndefined();
    expect(pod.containers.map(({ name }) => name)).toStrictEqual([it.name]);
    // the kubelet ends them in reverse order: the bridge needs the gate for its last answers
    expect(['gate', 'sse-bridge']).toStrictEqual(
      expect.arrayContaining(sidecars.map(({ name }) => name).sort()),
    );
    expect(sidecars.map(({ name }) => name)).toStrictEqual(sidecars.map(({ name }) => name).sort());
    for (const sidecar of sidecars) {
      expect(sidecar.restartPolicy).toBe('Always');
      expect(sidecar.lifecycle).toBeUndefined();
      // the server starts only after the startup probe of a sidecar has passed, so it must not ask the server
      const open = listens(sidecar).find((where) => where.startsWith('0.0.0.0:'));
      const port = open === undefined ? undefined : it.port;
      for (const probe of [sidecar.startupProbe, sidecar.livenessProbe])
        expect(probe?.httpGet).toStrictEqual(port && { path: livePath, port });
      expect(sidecar.readinessProbe).toBeUndefined();
    }
  });

  test('serves at one port of its address, and everything else listens on loopback', () => {
    const { pod, ports, ingress } = made;
    const [server] = pod.containers;
    const sidecars = pod.initContainers.slice(1);
    const all = [server, ...sidecars];
    const places = all.flatMap(listens);
    const numbers = places.map((place) => place.split(':')[1]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.every((number) => Number(number) >= 1024 && Number(number) <= 65_535)).toBe(true);
    const open = places.filter((place) => !place.startsWith('127.0.0.1:'));
    for (const container of all) {
      const upstream = option(container, 'server');
      if (upstream !== undefined) expect(places).toContain(upstream.replace('http://', ''));
      // Services of Kubernetes 1.30 do not find named ports of sidecars
      if (container !== server) expect(container.ports).toBeUndefined();
    }
    if (it.transport === 'stdio') {
      expect([open, ports, server.ports, ingress]).toStrictEqual([[], undefined, undefined, []]);
      return;
    }
    expect(open).toStrictEqual([`0.0.0.0:${it.port}`]);
    expect(server.ports).toStrictEqual([{ name: 'http', containerPort: it.port, protocol: 'TCP' }]);
    for (const probe of [server.startupProbe, server.readinessProbe, server.livenessProbe])
      expect(probe?.httpGet).toStrictEqual({ path: '/healthz', port: 'http' });
    expect(ports).toMatchObject([{ port: it.port, targetPort: 'http' }]);
    expect(ingress).toMatchObject([{ ports: [{ protocol: 'TCP', port: it.port }] }]);
  });

  test('does not end while a Service may send requests to it', () => {
    const { pod } = made;
    const [{ env, lifecycle }] = pod.containers;
    if (it.transport === 'stdio') return expect(lifecycle).toBeUndefined();
    if (it.name === 'dbhub') {
      // DBHub has its own means: test/servers/dbhub-end.test.ts
      expect(lifecycle).toBeUndefined();
      expect(env).toContainEqual({
        name: 'NODE_OPTIONS',
        value: expect.stringMatching(/--import=\/etc\/mcp\/last-requests\.mjs$/),
      });
      return;
    }
    const seconds = lifecycle?.preStop?.sleep?.seconds ?? 0;
    // Nodes take some seconds, a query 15 by default; what then has to finish needs the rest of the grace period.
    expect(seconds).toBeGreaterThanOrEqual(15);
    expect(seconds).toBeLessThanOrEqual(pod.terminationGracePeriodSeconds / 2);
  });
});
