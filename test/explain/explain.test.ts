import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { given, run } from './run.ts';

const tenant = [given('tenant.yaml'), given('secrets.yaml')];
const platform = fileURLToPath(new URL('../../platform.yaml', import.meta.url));
const expected = (name: string): string => fileURLToPath(new URL(`expected/${name}`, import.meta.url));
const entry = fileURLToPath(new URL('./explain-entry.ts', import.meta.url));

describe('a tenant’s own YAML', () => {
  it.each([
    ['tenant.txt', tenant, { width: 100 }],
    ['tenant-wide.txt', tenant, { width: 180 }],
    ['tenant-narrow.txt', tenant, { width: 60 }],
    ['tenant-stacked.txt', tenant, { width: 30 }],
    ['tenant-color.txt', tenant, { width: 100, color: 'always' as const }],
    ['tenant.json', tenant, { json: true }],
    ['tenant-platform.txt', [...tenant, platform], { width: 100 }],
    ['api.txt', [given('api.yaml'), platform], { width: 100 }],
    ['storage.txt', [given('storage.yaml'), platform], { width: 100 }],
    ['claims.txt', [given('claims.yaml'), given('secrets.yaml')], { width: 100 }],
  ])('is explained as in %s', async (file, files, options) => {
    const { code, out, err } = await run(files, options);
    expect({ code, err }).toEqual({ code: file.startsWith('claims') ? 0 : 1, err: '' });
    await expect(out).toMatchFileSnapshot(expected(file));
  });

  it('is all usable where it is', async () => {
    const stdin = `
apiVersion: dbhub.tas.io/v1alpha1
kind: DBHubInstance
metadata: {name: hub, namespace: tas-acme}
---
apiVersion: dbhub.tas.io/v1alpha1
kind: Database
metadata: {name: shop, namespace: tas-acme}
spec: {type: postgres, host: shop.example.com, database: shop, credentialsRef: {name: shop-db}}
`;
    const { code, out } = await run(['-', given('secrets.yaml')], { stdin });
    expect(code).toBe(0);
    expect(out).toContain('DBHubInstance hub in tas-acme: Running when its pods are ready');
    expect(out).toContain('Selected: 1, all of the namespace');
  });

  it('fits the terminal, except what is to be copied', async () => {
    for (const width of [40, 60, 80, 100, 140, 200]) {
      const { out } = await run(tenant, { width });
      const [tables = ''] = out.split('\ndbhub.toml in');
      const long = tables.split('\n').filter((line) => line.length > width && !line.includes('endpoint'));
      expect({ width, long }).toEqual({ width, long: [] });
    }
  });
});

describe('colours', () => {
  const steering = '\u001b[';
  it.each([
    [{ tty: true }, true],
    [{ tty: true, env: { NO_COLOR: '1' } }, false],
    [{ tty: false }, false],
    [{ tty: true, color: 'never' as const }, false],
    [{ tty: false, color: 'always' as const }, true],
    [{ tty: true, color: 'always' as const, json: true }, false],
  ])('with %j: %s', async (options, colored) => {
    expect((await run(tenant, options)).out.includes(steering)).toBe(colored);
  });
});

describe('what cannot be rendered at all', () => {
  const instance = (spec: string, metadata = '{name: hub, namespace: tas-acme}') =>
    `apiVersion: dbhub.tas.io/v1alpha1\nkind: DBHubInstance\nmetadata: ${metadata}\nspec: ${spec}\n`;

  it.each([
    ['{replicas: many}', 'InvalidSpec: spec.replicas'],
    ['{image: evil.example/x}', 'NotAllowed: spec.image'],
    ['{databaseSelector: {}, resourceSelector: {}}', 'InvalidSpec: spec: databaseSelector'],
  ])('%s is fatal', async (spec, said) => {
    const { code, out } = await run(['-'], { stdin: instance(spec), width: 300 });
    expect(code).toBe(1);
    expect(out).toContain('DBHubInstance hub in tas-acme: not rendered');
    expect(out).toContain(said);
    expect(out).toContain('Nothing is created, changed or deleted until this is corrected.');
  });

  it('is an XR without a claim', async () => {
    const stdin = instance('{}').replace('kind: DBHubInstance', 'kind: XDBHubInstance');
    const { code, out } = await run(['-'], { stdin, width: 300 });
    expect(code).toBe(1);
    expect(out).toContain('InvalidComposite: XDBHubInstance has no spec.claimRef: do not create it directly');
  });

  it('is a platform setting that does not parse', async () => {
    const settings = `---\napiVersion: apiextensions.crossplane.io/v1beta1\nkind: EnvironmentConfig\nmetadata: {name: function-mcp}\ndata: {compose: {probes: perhaps}}\n`;
    const { code, out } = await run(['-'], { stdin: instance('{}') + settings, width: 300 });
    expect(code).toBe(1);
    expect(out).toContain('The EnvironmentConfig "function-mcp" is invalid: data.compose.probes');
  });

  it('is an Instance that serves nothing: it has no pods', async () => {
    const { code, out } = await run(['-'], { stdin: instance('{replicas: 3}') });
    expect(code).toBe(1);
    expect(out).toContain('replicas   0 of 3');
    expect(out).toContain('NothingSelected');
    expect(out).toContain('DBHubInstance hub in tas-acme: Pending');
  });
});

it('reads the function’s Input, objects without a namespace, and lists what it does not look at', async () => {
  const stdin = `
apiVersion: mcp.tas.io/v1beta1
kind: Input
environment: staging
---
apiVersion: dbhub.tas.io/v1alpha1
kind: DBHubInstance
metadata: {name: hub}
---
apiVersion: dbhub.tas.io/v1alpha1
kind: Database
metadata: {name: shop}
spec: {type: postgres, host: shop.example.com, database: shop, credentialsRef: {name: shop-db}}
---
apiVersion: pkg.crossplane.io/v1
kind: Function
metadata: {name: x}
---
apiVersion: v1
kind: Namespace
metadata: {name: tas-acme}
---
`;
  const { code, out, err } = await run(['-', given('secrets.yaml')], {
    stdin,
    namespace: 'tas-acme',
    json: true,
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { instances, notes } = JSON.parse(out);
  expect(notes).toEqual(['Ignored: Function, Namespace.']);
  expect(instances[0]).toMatchObject({ namespace: 'tas-acme', endpoint: 'http://hub.tas-acme.svc:8080/mcp' });
  expect(instances[0].objects[0].object.metadata.labels).toMatchObject({ 'tas.io/environment': 'staging' });
});

it('explains the one Instance that is asked for', async () => {
  const stdin = ['one', 'two']
    .map((name) => `apiVersion: dbhub.tas.io/v1alpha1\nkind: DBHubInstance\nmetadata: {name: ${name}}\n`)
    .join('---\n');
  const { out } = await run(['-'], { stdin, instance: 'two', json: true });
  expect(JSON.parse(out).instances.map(({ name }: { name: string }) => name)).toEqual(['two']);
  expect(await run(['-'], { stdin, instance: 'three' })).toEqual({
    code: 2,
    out: '',
    err: 'explain: the files contain no Instance "three"; they contain one, two\n',
  });
});

it('warns of a label that claims lose', async () => {
  const stdin = `apiVersion: dbhub.tas.io/v1alpha1\nkind: DBHubInstance\nmetadata: {name: hub}\nspec: {resourceSelector: {matchLabels: {app.kubernetes.io/name: x}}}\n`;
  const { out } = await run(['-'], { stdin, width: 300 });
  expect(out).toContain('Crossplane drops the label app.kubernetes.io/name from claims');
});

it('shows what could steer a terminal as its code point', async () => {
  const stdin = `apiVersion: dbhub.tas.io/v1alpha1\nkind: DBHubInstance\nmetadata: {name: "hub\\e[2J\\u202e\\n", namespace: tas-acme}\n`;
  const { out } = await run(['-'], { stdin });
  expect(out).toContain('hub\\u{1b}[2J\\u{202e}\\u{a}');
  expect(out).not.toMatch(/[\p{Cf}]|[^\P{Cc}\n]/u);
});

describe('the command', () => {
  const node = (...args: string[]) =>
    spawnSync(process.execPath, [entry, 'explain', ...args], { encoding: 'utf8' });

  it('prints its help with examples', async () => {
    const { status, stdout } = node('--help');
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot(expected('help.txt'));
  });

  it.each([
    [[], "missing required argument 'files'"],
    [['--colour', 'x.yaml'], "unknown option '--colour'"],
    [['--color', 'blue', 'x.yaml'], "argument 'blue' is invalid"],
    [['no-such.yaml'], 'no-such.yaml: cannot be read: it does not exist'],
  ])('ends with 2 on %j', (args, said) => {
    const { status, stderr, stdout } = node(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('reads folders, and ends with 1 where something is not usable', () => {
    const { status, stdout } = node(given(''), '--instance', 'hub', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout).instances).toHaveLength(2);
  });
});
