import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RenderOptions, renderConfig } from '../../src/renderer/render-config.ts';
import { type Mounts, makeMounts, mount } from './mounts.ts';

const options = (mounts: Mounts, more: Partial<RenderOptions> = {}): RenderOptions => ({
  template: mounts.template,
  credentials: mounts.credentials,
  out: mounts.out,
  configRevision: 1,
  credentialsRevision: 1,
  timeout: 20_000,
  interval: 1,
  ...more,
});

const template = (
  revision: number,
  files: Record<string, string> = { 'dbhub.toml': 'dsn = "x://${A_PASSWORD}"' },
) => ({
  ...files,
  'config-revision': String(revision),
});

const credentials = (revision: number, values: Record<string, string> = { A_PASSWORD: 'hush' }) => ({
  ...values,
  'credentials-revision': String(revision),
});

describe('the init container', () => {
  test('writes every file of the template, with the values in it', async () => {
    using mounts = makeMounts();
    const files = { 'dbhub.toml': 'dsn = "x://${A_PASSWORD}@${A_PASSWORD}"', 'ca-1.pem': 'certificate\n' };
    mount(mounts.template, template(1, files));
    mount(mounts.credentials, credentials(1));
    expect(await renderConfig(options(mounts))).toStrictEqual({
      ok: true,
      value: ['ca-1.pem', 'dbhub.toml'],
    });
    expect(readdirSync(mounts.out).sort()).toStrictEqual(['ca-1.pem', 'dbhub.toml']);
    expect(readFileSync(join(mounts.out, 'dbhub.toml'), 'utf8')).toBe('dsn = "x://hush@hush"');
    expect(readFileSync(join(mounts.out, 'ca-1.pem'), 'utf8')).toBe('certificate\n');
  });

  test('writes files that nobody else reads, and nobody writes', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1));
    await renderConfig(options(mounts));
    expect(statSync(join(mounts.out, 'dbhub.toml')).mode & 0o777).toBe(0o400);
  });

  test('takes the place of what an earlier start has written, or half written', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1));
    writeFileSync(join(mounts.out, 'dbhub.toml'), 'old', { mode: 0o400 });
    writeFileSync(join(mounts.out, 'dbhub.toml.unfinished'), 'ha', { mode: 0o400 });
    await renderConfig(options(mounts));
    expect(readdirSync(mounts.out)).toStrictEqual(['dbhub.toml']);
    expect(readFileSync(join(mounts.out, 'dbhub.toml'), 'utf8')).toBe('dsn = "x://hush"');
  });

  test('never reads what somebody else has put into the Secret', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1));
    // every reader of it fails
    mkdirSync(join(mounts.credentials, 'NODE_OPTIONS'));
    expect(await renderConfig(options(mounts))).toStrictEqual({ ok: true, value: ['dbhub.toml'] });
  });

  test('names what has no value, and writes nothing of that file', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1, { 'dbhub.toml': '${A_PASSWORD} ${B_USERNAME} ${B_PASSWORD}' }));
    mount(mounts.credentials, credentials(1));
    expect(await renderConfig(options(mounts))).toStrictEqual({
      ok: false,
      error: 'dbhub.toml: no value for B_USERNAME, B_PASSWORD',
    });
    expect(existsSync(join(mounts.out, 'dbhub.toml'))).toBe(false);
  });

  test('repeats no value that cannot be written', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1, { A_PASSWORD: 'hu sh' }));
    expect(await renderConfig(options(mounts))).toStrictEqual({
      ok: false,
      error: 'dbhub.toml: the value of A_PASSWORD is not printable ASCII without spaces',
    });
  });
});

describe('the init container waits', () => {
  test.each([
    {
      reason: 'for a later configuration',
      behind: { config: 1, credentials: 2 },
      says: 'configuration revision 2 (mounted: 1)',
    },
    {
      reason: 'for later credentials',
      behind: { config: 2, credentials: 1 },
      says: 'credentials revision 2 (mounted: 1)',
    },
    {
      reason: 'for both',
      behind: { config: 0, credentials: 1 },
      says: 'configuration revision 2 (mounted: 0) and the credentials revision 2',
    },
  ])('$reason, and continues as soon as it is mounted', async ({ behind, says }) => {
    using mounts = makeMounts();
    mount(mounts.template, template(behind.config, { 'dbhub.toml': 'old' }));
    mount(mounts.credentials, credentials(behind.credentials, { A_PASSWORD: 'old' }));
    const said: string[] = [];
    const rendered = await renderConfig(
      options(mounts, {
        configRevision: 2,
        credentialsRevision: 2,
        onWait: (sentence) => {
          said.push(sentence);
          mount(mounts.template, template(2));
          mount(mounts.credentials, credentials(2));
        },
      }),
    );
    expect(rendered.ok).toBe(true);
    expect(said).toStrictEqual([expect.stringContaining(says)]);
    expect(readFileSync(join(mounts.out, 'dbhub.toml'), 'utf8')).toBe('dsn = "x://hush"');
  });

  test('for nothing where later revisions are mounted already', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(9));
    mount(mounts.credentials, credentials(12));
    const rendered = await renderConfig(options(mounts, { onWait: () => expect.unreachable() }));
    expect(rendered.ok).toBe(true);
  });

  test.each([
    { reason: 'no revision at all', text: undefined },
    { reason: 'a revision that is no number', text: 'many' },
  ])('while there is $reason, even for revision 0', async ({ text }) => {
    using mounts = makeMounts();
    const { 'config-revision': _, ...files } = template(0);
    mount(mounts.template, { ...files, ...(text !== undefined && { 'config-revision': text }) });
    mount(mounts.credentials, credentials(0));
    const rendered = await renderConfig(
      options(mounts, { configRevision: 0, credentialsRevision: 0, timeout: 0 }),
    );
    expect(rendered).toStrictEqual({
      ok: false,
      error: 'timed out after 0 s waiting for the configuration revision 0 (mounted: none)',
    });
  });

  test('not forever: it gives up in words, and has written nothing', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1));
    const rendered = await renderConfig(options(mounts, { credentialsRevision: 3, timeout: 10 }));
    expect(rendered).toStrictEqual({
      ok: false,
      error: 'timed out after 0.01 s waiting for the credentials revision 3 (mounted: 1)',
    });
    expect(readdirSync(mounts.out)).toStrictEqual([]);
  });

  test('and says so once, not at every look', async () => {
    using mounts = makeMounts();
    mount(mounts.template, template(1));
    mount(mounts.credentials, credentials(1));
    const said: string[] = [];
    await renderConfig(
      options(mounts, { credentialsRevision: 3, timeout: 50, onWait: (it) => said.push(it) }),
    );
    expect(said).toHaveLength(1);
  });
});
