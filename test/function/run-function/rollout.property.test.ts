import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import { base64, database, environmentConfig, instance, secret, worldOf } from '../../support/world.ts';

/**
 * Crossplane applies composed objects in random order and stops at the first that fails, so that any subset
 * of them may have been applied; tenants rotate, add and remove meanwhile. Pods wait until what they mount
 * is at least of their own revision, and then read it once.
 */
type Step =
  | { do: 'rotate'; index: number; password: string }
  | { do: 'withdraw' | 'toggle'; index: number }
  | { do: 'move'; index: number; host: string }
  | { do: 'apply'; only: readonly boolean[] }
  | { do: 'lose' | 'tamper'; key: Watched };

const watched = ['config', 'credentials', 'deployment'] as const;
type Watched = (typeof watched)[number];

const index = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rotate' as const), index, password: fc.uuid() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('withdraw' as const, 'toggle' as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('move' as const), index, host: fc.constantFrom('a', 'b', 'c') }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('apply' as const),
      only: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('lose' as const, 'tamper' as const),
      key: fc.constantFrom(...watched),
    }),
  },
);

/** Three Databases, each with a host and a password; undefined: it, or its Secret, is not there. */
interface Tenant {
  hosts: (string | undefined)[];
  passwords: (string | undefined)[];
}

const objectsOf = ({ hosts, passwords }: Tenant): KubeObject[] => [
  environmentConfig({}),
  ...hosts.flatMap((host, at) => (host ? [database('namespaced', `db-${at}`, { host })] : [])),
  ...passwords.flatMap((password, at) =>
    password ? [secret(`db-${at}-db`, { username: 'reader', password })] : [],
  ),
];

const change = (tenant: Tenant, step: Step): Tenant => {
  if (!('index' in step)) return tenant;
  const { index } = step;
  const [hosts, passwords] = [[...tenant.hosts], [...tenant.passwords]];
  if (step.do === 'rotate') passwords[index] = step.password;
  if (step.do === 'withdraw') passwords[index] = undefined;
  if (step.do === 'move') hosts[index] = step.host;
  if (step.do === 'toggle') hosts[index] = hosts[index] ? undefined : 'back';
  return { hosts, passwords };
};

interface Template {
  metadata: { annotations: Record<string, string> };
  spec: { volumes: Record<'configMap' | 'secret', { items: { key: string }[] } | undefined>[] };
}

const templateOf = (deployment: KubeObject | undefined): Template | undefined =>
  (deployment?.['spec'] as { template: Template } | undefined)?.template;

const dataOf = (object: KubeObject | undefined) => (object?.['data'] ?? {}) as Record<string, string>;

const text = {
  config: (value: string) => value,
  credentials: (value: string) => Buffer.from(value, 'base64').toString(),
};

/** What a pod of the template reads when it starts; undefined where it waits for a later revision. */
const mounted = (
  key: 'config' | 'credentials',
  { metadata, spec }: Template,
  object: KubeObject | undefined,
): string | undefined => {
  const data = dataOf(object);
  const wanted = metadata.annotations[`tas.io/${key}-revision`];
  if (!(Number(text[key](data[`${key}-revision`] ?? '') || 'NaN') >= Number(wanted))) return undefined;
  const volume = key === 'config' ? 'configMap' : 'secret';
  const keys = spec.volumes.flatMap((it) => it[volume]?.items.map((item) => item.key) ?? []);
  const read = keys.filter((name) => !name.endsWith('-revision')).map((name) => [name, data[name]]);
  // the kubelet waits while a key is not there
  return read.every(([, value]) => value !== undefined) ? JSON.stringify(read) : undefined;
};

/** Everything that pods of the template that is applied may have read so far. */
class Pods {
  #template = '';
  readonly read = { config: new Set<string>(), credentials: new Set<string>() };

  see({ deployment, config, credentials }: World['observed']): void {
    const template = templateOf(deployment);
    if (JSON.stringify(template) !== this.#template) {
      this.#template = JSON.stringify(template);
      for (const set of Object.values(this.read)) set.clear();
    }
    if (!template) return;
    for (const [key, object] of [
      ['config', config],
      ['credentials', credentials],
    ] as const) {
      const read = mounted(key, template, object);
      if (read !== undefined) this.read[key].add(read);
    }
  }
}

const revisionsIn = ({ deployment, config, credentials }: World['observed']) => {
  const annotations = templateOf(deployment)?.metadata.annotations ?? {};
  const highest = (key: 'config' | 'credentials', object: KubeObject | undefined) =>
    Math.max(
      Number(text[key](dataOf(object)[`${key}-revision`] ?? '')),
      Number(annotations[`tas.io/${key}-revision`] ?? 0),
    );
  return { config: highest('config', config), credentials: highest('credentials', credentials) };
};

const tampered = (object: KubeObject): KubeObject => {
  const data = dataOf(object);
  const key = Object.keys(data).find((name) => !name.endsWith('-revision'));
  return key ? { ...object, data: { ...data, [key]: base64('tampered') } } : object;
};

describe('whatever is applied of what is rendered', () => {
  test('revisions only grow, and at rest no pod has read anything but what is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        let tenant: Tenant = { hosts: ['a', 'b', undefined], passwords: ['first', 'second', 'third'] };
        let world = worldOf(instance('namespaced'), objectsOf(tenant));
        const pods = new Pods();
        const dirty = new Set<string>();
        for (const it of steps) {
          tenant = change(tenant, it);
          world = { ...world, objects: objectsOf(tenant) };
          if (it.do === 'apply') {
            const before = world.observed;
            const { world: after } = await reconcile(run, world);
            const [old, now] = [revisionsIn(before), revisionsIn(after.observed)];
            expect(now.config).toBeGreaterThanOrEqual(old.config);
            expect(now.credentials).toBeGreaterThanOrEqual(old.credentials);
            const applied = watched.flatMap((key, at) => {
              const object = after.observed[key];
              return it.only[at] && object ? [[key, object] as const] : [];
            });
            for (const [key] of applied) dirty.delete(key);
            world = { ...after, observed: { ...before, ...Object.fromEntries(applied) } };
          }
          const object = 'key' in it ? world.observed[it.key] : undefined;
          // nobody can know of a change that was made by hand and then taken away with its object
          if (object && 'key' in it && !(it.do === 'lose' && dirty.has(it.key))) {
            const { [it.key]: _, ...others } = world.observed;
            if (it.do === 'tamper') dirty.add(it.key);
            world = {
              ...world,
              observed: it.do === 'tamper' ? { ...others, [it.key]: tampered(object) } : others,
            };
          }
          pods.see(world.observed);
        }
        const { world: rest } = await settle(run, world);
        pods.see(rest.observed);
        const template = templateOf(rest.observed['deployment']) as Template;
        for (const key of ['config', 'credentials'] as const) {
          expect([...pods.read[key]], key).toStrictEqual([mounted(key, template, rest.observed[key])]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
