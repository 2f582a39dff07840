import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFolder, startServer, temporaryFolder } from '../../lab/process/server-process.ts';
import { build } from '../../scripts/build.ts';
import { check, target, targetsFile } from './harness.ts';

let folder: string;
const bundle = (name: string) => readFile(join(folder, 'dist', name), 'utf8');
const drivers = /node_modules\/(tedious|mysql2|pg)\/|AwsV4Signer/;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-probe-bundle');
  await build(undefined, join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'package.json'), '{"type":"module"}');
});
afterAll(() => removeFolder(folder));

test('the drivers are in separate files, and neither in the program nor in the probe', async () => {
  const files = await readdir(join(folder, 'dist'));
  for (const driver of ['postgres', 'mysql', 'sqlserver', 's3']) {
    const found = files.filter((file) => file.startsWith(`probe-${driver}-`));
    expect(found).toHaveLength(1);
    expect(await bundle(found[0] ?? '')).toMatch(drivers);
  }
  expect(await bundle('main.js')).not.toMatch(drivers);
  expect(await bundle('worker.js')).not.toMatch(drivers);
  expect(await bundle('probe.js')).not.toMatch(drivers);
});

test('a second build leaves nothing of the first', async () => {
  const before = await readdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'probe-old-ABCDEFGH.js'), '');
  await build(undefined, join(folder, 'dist'));
  expect(await readdir(join(folder, 'dist'))).toEqual(before);
});

test('the built probe loads the driver that a target needs, and runs without those that none does', async () => {
  const files = await readdir(join(folder, 'dist'));
  for (const file of files.filter((name) => /^probe-(mysql|sqlserver)-/.test(name)))
    await rm(join(folder, 'dist', file));
  const port = { host: '127.0.0.1', port: 1, tls: 'disable', secrets: {}, addresses: 'any' } as const;
  const file = targetsFile(
    ['tcp', 'postgres', 'mysql'].map((driver) =>
      target(driver, { check: check(driver, { ...port, driver }) }),
    ),
  );
  await writeFile(join(folder, 'targets.json'), JSON.stringify(file));
  const probe = startServer({
    command: process.execPath,
    args: [
      join(folder, 'dist/main.js'),
      'probe',
      '--once',
      '--json',
      `--targets=${join(folder, 'targets.json')}`,
    ],
    env: { PATH: process.env['PATH'] },
  });
  await expect.poll(() => probe.exit(), { timeout: 20_000 }).toBeDefined();
  const findings = JSON.parse(probe.logs()) as { reason: string }[];
  expect(findings.map(({ reason }) => reason)).toEqual([
    'ConnectionRefused',
    'ConnectionRefused',
    'InternalError',
  ]);
}, 40_000);
