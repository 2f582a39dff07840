import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { listAt, objectAt } from '../../src/contract/observed.ts';
import { runFunction } from '../../src/function/run-function.ts';
import { settle } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import * as world from '../support/world.ts';
import { context, run } from './run.ts';

const expected = (name: string): string => fileURLToPath(new URL(`expected/${name}`, import.meta.url));
const api = 'dbhub.tas.io/v1alpha1';
const namespace = 'tas-acme';
const labels = { team: 'sales' };

const instance = (spec: JsonObject = {}): KubeObject => ({
  apiVersion: api,
  kind: 'DBHubInstance',
  metadata: { name: 'hub', namespace, uid: 'u-1' },
  spec: { resourceSelector: { matchLabels: labels }, ...spec },
});
const database = (name: string, spec: JsonObject = {}): KubeObject => ({
  apiVersion: api,
  kind: 'Database',
  metadata: { name, namespace, labels },
  spec: {
    type: 'postgres',
    host: `${name}.example.com`,
    database: name,
    credentialsRef: { name: 'db' },
    ...spec,
  },
});
const secret = (password: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace },
  stringData: { username: 'reader', password },
});
const settings: KubeObject = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'function-mcp' },
  data: {
    compose: { networkPolicies: true, podDisruptionBudgets: true, probes: true },
    allowedPriorityClasses: ['high'],
  },
};

const yaml = (objects: readonly object[]): string => objects.map((object) => stringify(object)).join('---\n');

/** What `kubectl get … -o yaml` prints of the objects that the function has composed in a cluster. */
const composed = async (
  objects: readonly KubeObject[],
  composite: KubeObject = instance(),
  edit: (object: JsonObject) => void = () => undefined,
): Promise<string> => {
  const stored = objects.map(({ stringData, ...object }) => ({
    ...object,
    ...(stringData !== undefined && {
      data: Object.fromEntries(
        Object.entries(stringData as Record<string, string>).map(([key, text]) => [key, btoa(text)]),
      ),
    }),
  })) as KubeObject[];
  const settled = await settle((request) => runFunction(request, context), {
    composite,
    objects: stored,
    observed: {},
    required: {},
  });
  const items = structuredClone(Object.values(settled.world.observed)) as JsonObject[];
  for (const item of items) edit(item);
  return stringify({ apiVersion: 'v1', kind: 'List', items });
};

/** Explains files against what is observed, which comes by standard input. */
const against = async (
  observed: string,
  files: readonly object[],
  options: Parameters<typeof run>[1] = {},
) => {
  const folder = await temporaryFolder('function-mcp-explain');
  try {
    await writeFile(join(folder, 'tenant.yaml'), yaml(files));
    return await run([folder], { observed: ['-'], stdin: observed, width: 100, ...options });
  } finally {
    await removeFolder(folder);
  }
};

const before = [database('shop'), database('stock'), secret('c4nary-old'), settings];

describe('against what is observed', () => {
  it.each(['claims', 'namespaced'] as const)(
    'finds nothing changed where nothing has, with %s',
    async (flavour) => {
      const composite = world.instance(flavour, { replicas: 2 });
      const objects = [
        world.reported(world.database(flavour, 'shop')),
        world.credentials('shop'),
        world.environmentConfig(),
      ];
      const { out, err, code } = await against(await composed(objects, composite), [composite, ...objects]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/\n {2}NAME .* PROBE +USABLE\n {2}shop .* Connected +yes\n/);
      const [, renders = ''] = out.split('\nRenders: 14 objects\n');
      const [, ...rows] = renders.trimEnd().split('\n');
      expect(rows).toHaveLength(14);
      expect(rows.filter((row) => !row.startsWith('  unchanged  '))).toEqual([]);
    },
  );

  it('shows what changes as a diff, and whether pods roll', async () => {
    const after = [database('shop', { maxRows: 10 }), database('crm'), secret('c4nary-new'), settings];
    const { code, out } = await against(await composed(before), [instance({ replicas: 2 }), ...after]);
    expect(code).toBe(0);
    expect(out).not.toContain('c4nary');
    await expect(out).toMatchFileSnapshot(expected('changed.txt'));
  });

  it('refuses standard input for both', async () => {
    expect(await run(['-'], { observed: ['-'] })).toMatchObject({
      code: 2,
      err: 'explain: standard input (-) can be given once\n',
    });
  });

  it('shows what is removed', async () => {
    const { out } = await against(await composed(before), [instance({ transport: 'stdio' }), ...before]);
    expect(out).toMatch(/\n {2}removed +Service +hub\n/);
    expect(out).toMatch(/\n {2}changed, pods roll +Deployment +hub\n/);
  });

  it('names fields that only the observed object has, but not their values', async () => {
    const spec = { nodeSelector: { disk: 'c4nary-node' }, priorityClassName: 'high' };
    const observed = await composed(before, instance(spec), (object) => {
      // as by kubectl edit
      for (const container of listAt(object, 'spec', 'template', 'spec', 'containers')) {
        listAt(container, 'env').push({ name: 'LEAK', value: 'c4nary-env' });
      }
      if (object['kind'] === 'ConfigMap')
        objectAt(object, 'data')['other.toml'] = 'password = "c4nary-config"';
    });
    expect(observed.match(/c4nary-/g)?.length).toBeGreaterThan(3);
    const { out } = await against(observed, [instance(), ...before]);
    expect(out).toMatch(/\n {2}- +nodeSelector: <only observed>\n/);
    expect(out).toMatch(/\n {2}- +priorityClassName: <only observed>\n/);
    expect(out).toMatch(/\n {2}- +- <only observed> LEAK\n/);
    expect(out).toMatch(/\n {2}- +other.toml: <only observed>\n/);
    expect(out).not.toContain('c4nary');
  });

  it('keeps the revision of credentials that did not change, and raises it for those that did', async () => {
    const observed = await composed(before);
    const revision = async (password: string) => {
      const files = [instance(), database('shop'), database('stock'), secret(password), settings];
      const { instances } = JSON.parse((await against(observed, files, { json: true })).out);
      const { object } = instances[0].objects.find(({ key }: { key: string }) => key === 'deployment');
      return object.spec.template.metadata.annotations['tas.io/credentials-revision'];
    };
    expect([await revision('c4nary-old'), await revision('c4nary-new')]).toEqual(['1', '2']);
  });

  it('takes Resources and Secrets that only the cluster has, and their status', async () => {
    const everything = [
      ...before.slice(1),
      { ...database('shop'), status: { phase: 'Connected' } },
      instance(),
    ];
    const { code, out } = await against(yaml(everything), [instance({ replicas: 3 })]);
    expect(code).toBe(0);
    expect(out).toContain('Selected: 2 by team=sales');
    expect(out).toContain('replicas   3');
    // with no Instance in the files, those of the cluster are explained
    expect((await against(yaml(everything), [database('crm')])).out).toContain('Selected: 3 by team=sales');
  });

  it('does not take over a foreign object, and shows nothing of it', async () => {
    const foreign = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'hub-config', namespace },
      data: { 'dbhub.toml': 'password = "c4nary-foreign"' },
    };
    const refused = await against(yaml([foreign]), [instance(), ...before]);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(
      'ForeignObject: ConfigMap "hub-config" in namespace "tas-acme" already exists and is not',
    );
    const adopted = {
      ...foreign,
      metadata: {
        ...foreign.metadata,
        annotations: {
          'tas.io/adopt': 'true',
          'crossplane.io/composition-resource-name': 'config',
        },
      },
    };
    const taken = await against(yaml([adopted]), [instance(), ...before]);
    expect(taken.code).toBe(0);
    expect(taken.out).toMatch(/taken over +ConfigMap +hub-config/);
    expect(refused.out + taken.out).not.toContain('c4nary');
  });
});
