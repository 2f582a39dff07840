import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connectMcp } from '../../lab/clients/mcp.ts';
import { localiseFile } from '../../lab/kubernetes/gate.ts';
import { mountPod, type Pod } from '../../lab/kubernetes/pod.ts';
import { must } from '../../lab/process/run.ts';
import {
  freePort,
  removeFolder,
  type ServerProcess,
  startServer,
  temporaryFolder,
} from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { toolboxBinary } from '../../lab/servers/toolbox.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { valueAt } from '../../src/contract/observed.ts';
import { livePath } from '../../src/contract/sidecar.ts';
import { settle } from '../../src/simulate/reconcile.ts';
import { connectSse } from '../proxy/bridge/sse-client.ts';
import { run as runFunction } from '../support/handler.ts';
import { startRecorder } from '../support/recorder.ts';
import { withServersHere } from '../support/world.ts';
import { tenantOf } from './tenant.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The ports that a pod's containers name, each as a free one of this machine: what does not fit together fails. */
const portsHere = async (): Promise<(text: string) => string> => {
  const ports = new Map<string, number>();
  for (const port of ['8080', '8081', '8082', '15080']) ports.set(port, await freePort());
  return (text) => text.replace(/\b(8080|8081|8082|15080)\b/g, (port) => String(ports.get(port)));
};

interface Container {
  name: string;
  startupProbe?: { httpGet: { path: string; port: number | string } };
}

interface Started {
  pod: Pod;
  here: (text: string) => string;
  /** The sidecars and the server, in the order in which they start. */
  names: string[];
  server: (name: string) => ServerProcess;
}

/** Starts every container of a pod of the Instance as the kubelet does: each when the one before it has started. */
const startPod = async (instance: JsonObject, engine: JsonObject): Promise<Started> => {
  const world = tenantOf({
    engines: { catalogue: { type: 'opensearch', sslMode: 'disable', ...engine } },
    secrets: { clients: { token: 'let-me-in' } },
    instance,
  });
  const { response } = await settle(runFunction, withServersHere(world));
  const desired = response.desired?.resources ?? {};
  const objects = Object.values(desired).flatMap(({ resource }) => resource ?? []);
  const folder = await temporaryFolder('function-mcp-sidecars');
  cleanups.push(() => removeFolder(folder));
  const pod = await mountPod(desired['deployment']?.resource, objects, folder);
  const renderer = pod.container('config-renderer');
  await must(process.execPath, [PROGRAM, ...renderer.args], {
    env: { PATH: process.env['PATH'], ...renderer.env },
  });
  const here = await portsHere();
  const config = join(folder, 'config');
  await localiseFile(join(config, 'tools.yaml'), here);
  await localiseFile(join(config, 'gate.json'), pod.container('gate').localise);
  const spec = valueAt(desired['deployment']?.resource, 'spec', 'template', 'spec') as unknown as {
    initContainers: Container[];
    containers: Container[];
  };
  const containers = [...spec.initContainers.slice(1), ...spec.containers];
  const servers = new Map<string, ServerProcess>();
  for (const { name, startupProbe } of containers) {
    const { args, env } = pod.container(name);
    const ours = name !== 'search';
    const server = startServer({
      command: ours ? process.execPath : toolboxBinary(),
      args: [...(ours ? [PROGRAM] : []), ...args.map(here)],
      env: { PATH: process.env['PATH'], ...env },
    });
    servers.set(name, server);
    cleanups.push(() => server.stop());
    const { path = '', port = 0 } = startupProbe?.httpGet ?? {};
    const page = here(`http://127.0.0.1:${port === 'http' ? 8080 : port}${path}`);
    const passes = () =>
      fetch(page).then(
        ({ ok }) => ok,
        () => false,
      );
    await server.until(async () => !startupProbe || (await passes()), 30);
  }
  return {
    pod,
    here,
    names: containers.map(({ name }) => name),
    server: (name) => servers.get(name) as ServerProcess,
  };
};

const recorderHere = async () => {
  const recorder = await startRecorder({ answer: (_, response) => response.end('{"count":7}') });
  cleanups.push(async () => recorder[Symbol.asyncDispose]());
  return recorder;
};
const host = 'content.tas-acme.svc:8080';
const token = 'let-me-in';
const withToken = { authTokenRef: { name: 'clients' } };
describe('a pod whose clients have to show a token', () => {
  test('asks for it before MCP Toolbox, which listens on loopback alone', async () => {
    const recorder = await recorderHere();
    const started = await startPod(withToken, { host: recorder.host, port: recorder.port });
    expect(started.names).toStrictEqual(['gate', 'search']);
    expect(started.pod.container('search').args).toContain('--address=127.0.0.1');
    const origin = started.here('http://127.0.0.1:8080');
    await expect(connectMcp(`${origin}/mcp`, { host })).rejects.toThrow(/token/);
    await using client = await connectMcp(`${origin}/mcp`, { host, token });
    expect((await client.callTool('count_catalogue', { index: 'a' })).content).toStrictEqual({ count: 7 });
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    await started.server('search').stop();
    expect((await fetch(`${origin}/healthz`)).status, 'the health is that of the server').toBe(502);
    expect((await fetch(`${origin}${livePath}`)).status, 'the gate ends after the server').toBe(200);
    expect(`${started.server('gate').logs()}${started.server('search').logs()}`).not.toContain(token);
  });

  test('asks for it before server-sent events, too', async () => {
    const recorder = await recorderHere();
    const engine = { host: recorder.host, port: recorder.port };
    const started = await startPod({ ...withToken, transport: 'sse' }, engine);
    expect(started.names).toStrictEqual(['gate', 'sse-bridge', 'search']);
    const origin = started.here('http://127.0.0.1:8080');
    await expect(connectSse(origin, { host })).rejects.toThrow(/401/);
    await expect(connectSse(origin, { host, token: 'other' })).rejects.toThrow(/401/);
    await using client = await connectSse(origin, { host, token });
    expect((await client.call('count_catalogue', { index: 'a' })).content).toStrictEqual({ count: 7 });
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });
});

describe('a pod without a token', () => {
  test('offers server-sent events through the bridge alone', async () => {
    const recorder = await recorderHere();
    const engine = { host: recorder.host, port: recorder.port };
    const started = await startPod({ transport: 'sse' }, engine);
    expect(started.names).toStrictEqual(['gate', 'sse-bridge', 'search']);
    expect(started.pod.container('search').args).toContain('--address=127.0.0.1');
    await using client = await connectSse(started.here('http://127.0.0.1:8080'), { host });
    // the kubelet does not wait for a gate on loopback, which it cannot probe
    const counted = async () => (await client.call('count_catalogue', { index: 'a' })).content;
    expect(await until('the gate', counted)).toStrictEqual({ count: 7 });
  });
});
