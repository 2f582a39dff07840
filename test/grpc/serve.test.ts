import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../lab/clients/grpc.ts';
import { halfCall } from './half-call.ts';
import { until } from './served.ts';

interface Process {
  child: ChildProcess;
  /** Everything it wrote so far. */
  output(): string;
  exited: Promise<number | null>;
}

function start(...args: string[]): Process {
  const entry = join(import.meta.dirname, 'serve-entry.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    output: () => output,
    exited: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}

async function listening(server: Process): Promise<number> {
  const port = (): string | undefined => /"address":"127\.0\.0\.1:(\d+)"/.exec(server.output())?.[1];
  await until(() => port() !== undefined);
  return Number(port());
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s in the middle of a call: the call is finished, then the process',
  async (signal) => {
    const server = start('127.0.0.1:0');
    const call = await halfCall(await listening(server));
    const goaway = new Promise((resolve) => call.session.once('goaway', resolve));
    server.child.kill(signal);
    await goaway;
    expect(await call.finish()).toBe(status.OK);
    expect(await server.exited).toBe(0);
    expect(server.output()).toContain('"msg":"Stopped"');
  },
);

test('a port in use ends the process with 1 and a line that names it', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  const server = start(`127.0.0.1:${port}`);
  expect(await server.exited).toBe(1);
  expect(server.output().trim().split('\n')).toHaveLength(1);
  expect(server.output()).toContain(`cannot listen on 127.0.0.1:${port}: the port is in use`);
});

test('an empty certificate folder ends the process with 1 and a line that names the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-empty-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const server = start('127.0.0.1:0', folder);
  expect(await server.exited).toBe(1);
  expect(server.output()).toContain(`${folder}: tls.crt is missing, tls.key is missing, ca.crt is missing`);
});

test('an error that nobody caught ends the process with 1, and its message is not logged', async () => {
  const server = start('127.0.0.1:0');
  const port = await listening(server);
  using client = connect(`127.0.0.1:${port}`);
  expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  server.child.kill('SIGUSR2');
  expect(await server.exited).toBe(1);
  expect(server.output()).toContain('A bug ended the process');
  expect(server.output()).not.toContain('canary');
});
