import { readdirSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { demo, demoFolder, leavesNothing } from './run-demo.ts';

test('it goes from YAML to rows, ends without help and leaves nothing', async () => {
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

test.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const)('$signal in the middle of it leaves nothing', async ({ signal, code }) => {
  const run = demo(['dbhub']);
  await vi.waitFor(() => expect(run.output()).toContain('✓ 2.'), { timeout: 20_000, interval: 10 });
  expect(readdirSync(demoFolder())).not.toEqual([]);
  run.child.kill(signal);
  expect(await run.end, run.output()).toBe(code);
  expect(run.output()).not.toContain('failed');
  await leavesNothing();
});

test('a failure is said and ends with 1', async () => {
  const run = demo(['dbhub'], { TMPDIR: join(demoFolder(), 'none') });
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

test('what this machine lacks is named with what installs it, before anything is started', async () => {
  const path = join(demoFolder(), 'path');
  await mkdir(path);
  await symlink(process.execPath, join(path, 'node'));
  const run = demo(['all'], { PATH: path });
  expect(await run.end).toBe(1);
  expect(run.output()).toMatch(/^This machine lacks some programs:$/m);
  expect(run.output()).toMatch(/^ {2}go, for .*: .*go/m);
  expect(run.output()).toMatch(/^ {2}java and javac, for OpenSearch: .*jdk/m);
  expect(run.output()).toMatch(/^ {2}mvn, for OpenSearch: .* install maven$/m);
  expect(run.output()).not.toContain('✓');
});
