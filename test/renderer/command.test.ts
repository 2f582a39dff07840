import { execFile } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Mounts, makeMounts, mount } from './mounts.ts';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Runs the command as its container does: not as root, with the revisions in the environment. */
const renderConfig = (mounts: Mounts, env: Record<string, string> = {}, ...more: string[]) =>
  new Promise<{ code: number; stderr: string; stdout: string }>((resolve) => {
    const args = [
      'src/main.ts',
      'render-config',
      `--template=${mounts.template}`,
      `--credentials=${mounts.credentials}`,
    ];
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...args, `--out=${mounts.out}`, ...more],
      {
        env: { PATH: process.env['PATH'], CONFIG_REVISION: '1', CREDENTIALS_REVISION: '1', ...env },
        ...(isRoot && { uid: nobody, gid: nobody }),
      },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stderr, stdout }),
    );
  });

const ready = (mounts: Mounts): void => {
  mount(mounts.template, { 'dbhub.toml': 'dsn = "x://${A_PASSWORD}"', 'config-revision': '1' });
  mount(mounts.credentials, { A_PASSWORD: 'hush', 'credentials-revision': '1' });
};

describe('function-mcp render-config', () => {
  test('writes the configuration, says so, and shows no value', async () => {
    using mounts = makeMounts();
    ready(mounts);
    const { code, stderr, stdout } = await renderConfig(mounts);
    expect({ code, stderr, stdout }).toStrictEqual({
      code: 0,
      stderr: 'render-config: wrote dbhub.toml\n',
      stdout: '',
    });
    expect(readFileSync(join(mounts.out, 'dbhub.toml'), 'utf8')).toBe('dsn = "x://hush"');
  });

  test('starts again after it was killed in mid-write', async () => {
    using mounts = makeMounts();
    ready(mounts);
    const left = join(mounts.out, 'dbhub.toml.unfinished');
    writeFileSync(left, 'ha', { mode: 0o400 });
    if (isRoot) chownSync(left, nobody, nobody);
    const { code } = await renderConfig(mounts);
    expect(code).toBe(0);
    expect(readdirSync(mounts.out)).toStrictEqual(['dbhub.toml']);
  });

  test('ends with 1 and a sentence where something is missing, without a trace of code or values', async () => {
    using mounts = makeMounts();
    ready(mounts);
    mount(mounts.template, { 'dbhub.toml': '${A_PASSWORD} ${B}', 'config-revision': '1' });
    const { code, stderr, stdout } = await renderConfig(mounts);
    expect({ code, stderr, stdout }).toStrictEqual({
      code: 1,
      stderr: 'render-config: dbhub.toml: no value for B\n',
      stdout: '',
    });
  });

  test('says what it waits for, and gives up', async () => {
    using mounts = makeMounts();
    ready(mounts);
    const { code, stderr } = await renderConfig(mounts, { CREDENTIALS_REVISION: '2' }, '--timeout=0');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'render-config: timed out after 0 s waiting for the credentials revision 2 (mounted: 1)\n',
    );
  });

  test.each([
    { reason: 'an invalid revision', env: { CONFIG_REVISION: 'many' }, more: [] },
    { reason: 'an invalid timeout', env: {}, more: ['--timeout=soon'] },
  ])('refuses $reason', async ({ env, more }) => {
    using mounts = makeMounts();
    ready(mounts);
    const { code, stderr } = await renderConfig(mounts, env, ...more);
    expect(code).not.toBe(0);
    expect(stderr).toContain('whole number');
    expect(readdirSync(mounts.out)).toStrictEqual([]);
  });
});
