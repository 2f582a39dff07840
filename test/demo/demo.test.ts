import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { builtFirst } from '../support/built-first.ts';

builtFirst('versitygw', 'mcp-s3');

const DEMO = join(import.meta.dirname, '../../demo/main.ts');

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-demo-test');
  // PostgreSQL runs as another user where we are root.
  chmodSync(folder, 0o755);
});
afterAll(() => removeFolder(folder));

interface Run {
  child: ChildProcess;
  output: () => string;
  end: Promise<number | null>;
}

function demo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return {
    child,
    output: () => output,
    end: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** What is left behind goes when the last process does, a moment after the demo's own. */
function leavesNothing(): Promise<void> {
  return vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), { timeout: 10_000, interval: 50 });
}

test('it goes from YAML to rows, ends by itself and leaves nothing', async () => {
  const run = demo(['dbhub']);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect([...output.matchAll(/^✓ (\d)\./gm)].map(([, step]) => step)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
  ]);
  expect(output).toContain('execute_sql_shop');
  expect(output).toMatch(/Bern {2}300 {5}31950\.00/);
  expect(output).toContain('READONLY_VIOLATION');
  expect(output).toContain('500 of 1200 rows, truncated: true');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(shop|reports) .* ${reason} `, 'm'));
  expect(output, 'plain where it is no terminal').not.toContain('\u001b');
  expect(output, 'no password').not.toMatch(/s3cret/);
  await leavesNothing();
});

test('a bucket: from YAML to objects, and nothing is left', async () => {
  const run = demo(['storage']);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output).toMatch(/^✓ 7\./m);
  expect(output).toContain('2026-03,421,44180.25');
  expect(output).toContain('this connection is read-only');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(reports|media) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
}, 120_000);

test('a search engine: from YAML to hits, and nothing is left', async () => {
  const run = demo(['search']);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output.match(/^✓ \d\./gm)).toHaveLength(7);
  expect(output).toMatch(/^ +Garden chair +garden +59$/m);
  expect(output).toContain('by room: garden 1, kitchen 1');
  expect(output).toContain('products,salaries is not an allowed value');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(catalogue|articles) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
}, 120_000);

test('an API: from YAML to what it answers, and nothing is left', async () => {
  const run = demo(['api']);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output.match(/^✓ \d\./gm)).toHaveLength(7);
  expect(output).toMatch(/^ +2 +Send the offer to Oslo$/m);
  expect(output).toContain('tool with name "create_todo-todos" does not exist');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(todos|weather) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
});

test.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const)('$signal in the middle of it leaves nothing', async ({ signal, code }) => {
  const run = demo(['dbhub']);
  await vi.waitFor(() => expect(run.output()).toContain('✓ 2.'), { timeout: 20_000, interval: 10 });
  expect(readdirSync(folder)).not.toEqual([]);
  run.child.kill(signal);
  expect(await run.end, run.output()).toBe(code);
  expect(run.output()).not.toContain('failed');
  await leavesNothing();
});

test('a failure is said and ends with 1', async () => {
  const run = demo(['dbhub'], { TMPDIR: join(folder, 'none') });
  expect(await run.end).toBe(1);
  expect(run.output()).toMatch(/^✗ 1\. Start a real PostgreSQL/m);
  expect(run.output()).toMatch(/^The demo failed: ENOENT/m);
  expect(run.output()).not.toContain('Done');
});

test('a type that there is no demo of is refused with those that there are', async () => {
  const run = demo(['dbhub', 'nothing']);
  expect(await run.end).toBe(2);
  expect(run.output()).toMatch(/^There is no demo of nothing\.\n\nUsage: npm run demo/);
});
