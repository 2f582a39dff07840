import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, removeFolder, temporaryFolder } from '../../../lab/process/server-process.ts';
import { build } from '../../../scripts/build.ts';
import { repository } from '../../../scripts/lib/release.ts';
import { startRecorder } from '../../support/recorder.ts';

const entry = join(import.meta.dirname, 'gate-entry.ts');
let folder: string;
const running: { kill: () => void }[] = [];
beforeEach(async () => {
  folder = await temporaryFolder('function-mcp-gate');
});
afterEach(async () => {
  for (const { kill } of running.splice(0)) kill();
  await removeFolder(folder);
});

const start = (program: string, args: readonly string[]) => {
  const child = spawn(process.execPath, [program, 'gate', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push({ kill: () => child.kill('SIGKILL') });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, text: () => text };
};

const fileOf = async (content: unknown): Promise<string> => {
  const path = join(folder, 'gate.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const route = {
  tls: false,
  host: '127.0.0.1',
  basePath: '',
  headers: { authorization: 'Bearer s3cret' },
  query: {},
  addresses: 'any',
  readOnly: true,
  timeout: 5,
};

test('serves, and lets what is under way end after SIGTERM', async () => {
  let answer = () => undefined as unknown;
  await using api = await startRecorder({
    answer: (_, response) => {
      answer = () => response.end('late');
    },
  });
  const port = await freePort();
  const config = await fileOf({ routes: { shop: { ...route, port: api.port } } });
  const gate = start(entry, [`--config=${config}`, `--port=${port}`]);
  await expect.poll(gate.text, { timeout: 10_000 }).toContain('"msg":"Serving"');

  const late = fetch(`http://127.0.0.1:${port}/shop/x`).then((response) => response.text());
  await expect.poll(() => api.requests).toHaveLength(1);
  gate.child.kill('SIGTERM');
  await expect.poll(gate.text).toContain('"msg":"Stopping"');
  answer();
  expect(await late).toBe('late');
  expect(await gate.ended).toBe(0);
  expect(gate.text()).not.toContain('s3cret');
});

test.each([
  { what: 'there is no file', content: undefined, says: 'The configuration file cannot be read' },
  { what: 'it is no JSON', content: '{"routes": s3cret', says: 'The configuration is invalid' },
  {
    what: 'a route lacks a field',
    content: { routes: { a: { host: 's3cret' } } },
    says: 'The configuration is invalid',
  },
  {
    what: 'an authority is missing',
    content: { routes: { a: { ...route, port: 1, ca: '/nowhere/ca.pem' } } },
    says: 'A certificate authority file cannot be read',
  },
])('ends with 1 where $what, and shows nothing of it', async ({ content, says }) => {
  const config = content === undefined ? join(folder, 'none') : await fileOf(content);
  const gate = start(entry, [`--config=${config}`, `--port=${await freePort()}`]);
  expect(await gate.ended).toBe(1);
  expect(gate.text()).toContain(says);
  expect(gate.text()).not.toContain('s3cret');
});

test('ends with 1 where the port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const gate = start(entry, [`--config=${await fileOf({ routes: {} })}`, `--port=${port}`]);
  expect(await gate.ended).toBe(1);
  expect(gate.text()).toContain('EADDRINUSE');
  taken.close();
});

test('is a separate bundle, which the program starts', async () => {
  const output = join(folder, 'dist');
  await build(join(repository, 'src'), output);
  expect(await readFile(join(output, 'gate.js'), 'utf8')).not.toMatch(
    /StreamableHTTPClientTransport|pg-pool/,
  );
  const port = await freePort();
  const gate = start(join(output, 'main.js'), [`--config=${await fileOf({ routes: {} })}`, `--port=${port}`]);
  await expect.poll(gate.text, { timeout: 10_000 }).toContain('"msg":"Serving"');
  expect((await fetch(`http://127.0.0.1:${port}/x/y`)).status).toBe(404);
  gate.child.kill('SIGTERM');
  expect(await gate.ended).toBe(0);
});
