import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../../lab/process/server-process.ts';
import { runFunction } from '../../../src/function/run-function.ts';
import { reconcile } from '../../../src/simulate/reconcile.ts';
import { connectSse } from './sse-client.ts';
import { startStatefulServer } from './stateful-server.ts';

const entry = fileURLToPath(new URL('./bridge-entry.ts', import.meta.url));
const running: { kill: () => void }[] = [];
afterEach(() => {
  for (const { kill } of running.splice(0)) kill();
});

const start = (args: readonly string[]) => {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push({ kill: () => child.kill('SIGKILL') });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, text: () => text };
};

/** The arguments of the sidecar as the function renders it. */
const renderedArgs = async (): Promise<string[]> => {
  const context = { release: { version: '1', rendererImage: 'function-mcp' }, now: 0 };
  const { response } = await reconcile((request) => runFunction(request, context), {
    composite: {
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'DBHubInstance',
      metadata: { name: 'hub', namespace: 'tas-acme' },
      spec: { transport: 'sse' },
    },
    objects: [],
    observed: {},
    required: {},
  });
  const deployment = response.desired?.resources['deployment']?.resource as {
    spec: { template: { spec: { initContainers: { name: string; args: string[] }[] } } };
  };
  return deployment.spec.template.spec.initContainers.find(({ name }) => name === 'sse-bridge')?.args ?? [];
};

it('serves with the arguments that the function renders, and ends cleanly and soon after SIGTERM', async () => {
  await using server = await startStatefulServer();
  const args = await renderedArgs();
  expect(args).toEqual([
    'bridge',
    '--listen=0.0.0.0:8080',
    '--server=http://127.0.0.1:8081',
    '--mcp-path=/mcp',
    '--health-path=/healthz',
    '--allowed-hosts=hub,hub.tas-acme,hub.tas-acme.svc,hub.tas-acme.svc.cluster.local',
  ]);
  const port = await freePort();
  const moved = args.map((arg) =>
    arg.replace('0.0.0.0:8080', `0.0.0.0:${port}`).replace('http://127.0.0.1:8081', server.origin.origin),
  );
  const bridge = start(moved);
  await expect.poll(bridge.text, { timeout: 10_000 }).toContain('"msg":"Serving"');

  const origin = `http://127.0.0.1:${port}`;
  await using mcp = await connectSse(origin, { host: 'hub.tas-acme.svc.cluster.local' });
  const open = mcp.call('forever').catch((error: Error) => error.message);
  await expect.poll(() => server.open()).toBe(1);
  const began = performance.now();
  bridge.child.kill('SIGTERM');
  expect(await open).toContain('The bridge is shutting down');
  expect(await bridge.ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(bridge.text()).toContain('"msg":"Stopped"');
  await expect.poll(() => server.sessions()).toBe(0);
});

it('ends with 1 where the port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const bridge = start(['bridge', `--listen=127.0.0.1:${port}`, '--server=http://127.0.0.1:1']);
  expect(await bridge.ended).toBe(1);
  expect(bridge.text()).toContain('EADDRINUSE');
  taken.close();
});

it.each([
  [['--listen=8080', '--server=http://127.0.0.1:1'], 'host:port'],
  [['--listen=0.0.0.0:99999', '--server=http://127.0.0.1:1'], 'host:port'],
  [['--listen=0.0.0.0:8080', '--server=https://127.0.0.1:1'], 'http://host:port'],
  [['--listen=0.0.0.0:8080', '--server=http://127.0.0.1:1/mcp'], 'http://host:port'],
  [['--listen=0.0.0.0:8080', '--server=http://127.0.0.1:1', '--mcp-path=mcp'], 'Expected a path'],
  [['--listen=0.0.0.0:8080'], '--server'],
])('refuses %j', async (args, named) => {
  const bridge = start(['bridge', ...args]);
  expect(await bridge.ended).toBe(1);
  expect(bridge.text()).toContain(named);
});
