import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, nat } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kubeletMount, type Mount } from '../../lab/kubernetes/mount.ts';
import type { TargetsFile } from '../../src/contract/targets.ts';
import { createInputs, type InputPaths, readTargets } from '../../src/probe/inputs/inputs.ts';
import { canary, check, target, targetsFile } from './harness.ts';

const mounts: Mount[] = [];
let targets: Mount;
let credentials: Mount;
let config: Mount;

const paths = (change: Partial<InputPaths> = {}): InputPaths => ({
  targets: join(targets.folder, 'targets.json'),
  credentials: credentials.folder,
  config: config.folder,
  ...change,
});
const put = (file: TargetsFile) => targets.write({ 'targets.json': JSON.stringify(file) });
const one = targetsFile([target('orders')]);

beforeEach(async () => {
  targets = await kubeletMount({ 'targets.json': JSON.stringify(one) });
  credentials = await kubeletMount({
    ORDERS_PASSWORD: 's%C3%A9cret',
    USERS_PASSWORD: 'u',
    'credentials-revision': '3',
  });
  config = await kubeletMount({ 'ca-1.pem': 'PEM 1' });
  mounts.push(targets, credentials, config);
});
afterEach(async () => {
  for (const mount of mounts.splice(0)) await mount[Symbol.asyncDispose]();
});

describe('looking at the mounts', () => {
  test('gives everything first, and nothing while nothing changes', async () => {
    const look = createInputs(paths());
    const { inputs } = await look();
    expect(inputs?.file).toEqual(one);
    expect(inputs?.work[0]?.ready?.secrets).toEqual({ PASSWORD: 'sécret' });
    expect(await look()).toEqual({});
    expect(await look()).toEqual({});
  });

  test('sees a renewed targets file', async () => {
    const look = createInputs(paths());
    const before = (await look()).inputs?.work[0]?.fingerprint;
    await put(targetsFile([target('orders', { specHash: 'spec-2' }), target('users')]));
    const { inputs } = await look();
    expect(inputs?.work.map(({ target: { name } }) => name)).toEqual(['orders', 'users']);
    expect(inputs?.work[0]?.fingerprint).not.toBe(before);
  });

  test('sees a rotated password, and that only its target has changed', async () => {
    await put(targetsFile([target('orders'), target('users')]));
    const look = createInputs(paths());
    const before = (await look()).inputs?.work.map(({ fingerprint }) => fingerprint);
    await credentials.write({ ORDERS_PASSWORD: 'new', USERS_PASSWORD: 'u', 'credentials-revision': '4' });
    const after = (await look()).inputs?.work.map(({ fingerprint }) => fingerprint);
    expect(after?.[0]).not.toBe(before?.[0]);
    expect(after?.[1]).toBe(before?.[1]);
  });

  test('sees a change in plain folders too, as on a laptop', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'function-mcp-plain-'));
    try {
      for (const name of ['creds', 'config']) await mkdir(join(folder, name));
      await writeFile(join(folder, 'targets.json'), JSON.stringify(one));
      await writeFile(join(folder, 'creds/ORDERS_PASSWORD'), 'a');
      const look = createInputs({
        targets: join(folder, 'targets.json'),
        credentials: join(folder, 'creds'),
        config: join(folder, 'config'),
      });
      expect((await look()).inputs?.work[0]?.ready?.secrets).toEqual({ PASSWORD: 'a' });
      expect(await look()).toEqual({});
      await writeFile(join(folder, 'creds/ORDERS_PASSWORD'), 'b');
      expect((await look()).inputs?.work[0]?.ready?.secrets).toEqual({ PASSWORD: 'b' });
      await rm(join(folder, 'creds/ORDERS_PASSWORD'));
      expect((await look()).inputs?.work[0]?.ready).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('takes a certificate authority along, and misses one that is not mounted', async () => {
    await put(
      targetsFile([
        target('orders', { check: check('orders', { ca: 'ca-1.pem' }) }),
        target('users', { check: check('users', { ca: 'ca-2.pem' }) }),
      ]),
    );
    const look = createInputs(paths());
    const { inputs } = await look();
    expect(inputs?.work[0]?.ready?.check.caPem).toBe('PEM 1');
    expect(inputs?.work[1]?.ready).toBeUndefined();
    await config.write({ 'ca-1.pem': 'PEM 1', 'ca-2.pem': 'PEM 2' });
    expect((await look()).inputs?.work[1]?.ready?.check.caPem).toBe('PEM 2');
  });

  test('does not use credentials that are older than asked for', async () => {
    const look = createInputs(paths({ credentialsRevision: 4 }));
    expect((await look()).inputs?.work[0]?.ready).toBeUndefined();
    await credentials.write({ ORDERS_PASSWORD: 'new', 'credentials-revision': '4' });
    expect((await look()).inputs?.work[0]?.ready?.secrets).toEqual({ PASSWORD: 'new' });
  });

  test('reads no file outside its folders', async () => {
    await writeFile(join(targets.folder, '..data', 'outside'), 'outside');
    const secrets = {
      A: { key: '../outside', encoding: 'plain' as const },
      B: { key: '..data', encoding: 'plain' as const },
    };
    for (const [purpose, secret] of Object.entries(secrets)) {
      await put(
        targetsFile([target('orders', { check: check('orders', { secrets: { [purpose]: secret } }) })]),
      );
      expect((await createInputs(paths())()).inputs?.work[0]?.ready).toBeUndefined();
    }
  });

  test('a value that is not what its encoding says counts as missing', async () => {
    await credentials.write({ ORDERS_PASSWORD: '100%' });
    expect((await createInputs(paths())()).inputs?.work[0]?.ready).toBeUndefined();
  });
});

describe('a targets file that cannot be used', () => {
  test('changes nothing, is told at every look, and is over once it is whole', async () => {
    const look = createInputs(paths());
    await look();
    await targets.write({ 'targets.json': JSON.stringify(one).slice(0, 200) });
    expect(await look()).toEqual({ problem: 'is not valid JSON' });
    expect(await look()).toEqual({ problem: 'is not valid JSON' });
    await targets.write({});
    expect(await look()).toEqual({ problem: 'cannot be read (ENOENT)' });
    await put(targetsFile([target('users')]));
    const { problem, inputs } = await look();
    expect(problem).toBeUndefined();
    expect(inputs?.work.map(({ target: { name } }) => name)).toEqual(['users']);
  });

  test('does not keep a rotated password from being used with the file before', async () => {
    const look = createInputs(paths());
    await look();
    await targets.write({ 'targets.json': '{' });
    await credentials.write({ ORDERS_PASSWORD: 'new' });
    const { problem, inputs } = await look();
    expect(problem).toBe('is not valid JSON');
    expect(inputs?.work[0]?.ready?.secrets).toEqual({ PASSWORD: 'new' });
  });

  test('no part of a file passes for the whole', async () => {
    const text = JSON.stringify(targetsFile([target('orders'), target('users')]));
    const file = join(targets.folder, 'part.json');
    await assert(
      asyncProperty(nat(text.length - 1), async (length) => {
        await writeFile(file, text.slice(0, length));
        expect((await readTargets(file)).ok).toBe(false);
      }),
    );
  });

  test.each([
    ['what is not an object', '[]', /is not valid/],
    [
      'a name that is there twice',
      JSON.stringify(targetsFile([target('a'), target('a')])),
      /contains a Resource twice/,
    ],
    ['a field of the wrong kind', JSON.stringify({ ...one, interval: 'soon' }), /is not valid: .*interval/s],
  ])('is one with %s', async (_, text, problem) => {
    await targets.write({ 'targets.json': text });
    expect((await createInputs(paths())()).problem).toMatch(problem);
  });

  test('is named without what stands in it', async () => {
    const text = JSON.stringify({ ...one, interval: canary, targets: [{ name: canary, check: canary }] });
    await targets.write({ 'targets.json': text });
    const { problem } = await createInputs(paths())();
    expect(problem).toMatch(/is not valid/);
    expect(problem).not.toContain(canary);
  });
});

test('while mounts are renewed all the time, what is read is always of one state', async () => {
  await put(targetsFile([target('orders'), target('users')]));
  await credentials.write({ ORDERS_PASSWORD: 'first', USERS_PASSWORD: 'first' });
  const look = createInputs(paths());
  let writing = true;
  const renew = (async () => {
    for (let i = 0; i < 150; i++) {
      await credentials.write({ ORDERS_PASSWORD: `v${i}`, USERS_PASSWORD: `v${i}` });
    }
    writing = false;
  })();
  const seen = new Set<string>();
  while (writing) {
    const work = (await look()).inputs?.work ?? [];
    const values = work.flatMap(({ ready }) => ready?.secrets['PASSWORD'] ?? []);
    expect(new Set(values).size).toBeLessThanOrEqual(1);
    for (const value of values) seen.add(value);
  }
  await renew;
  await look();
  expect(seen.size).toBeGreaterThan(1);
  expect(await readFile(join(credentials.folder, 'ORDERS_PASSWORD'), 'utf8')).toBe('v149');
});
