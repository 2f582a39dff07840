import assert from 'node:assert/strict';
import { until } from '../../cluster/wait.ts';
import { condition, type KubeObject } from '../kube.ts';
import { running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { endpoint } from '../tenant.ts';

const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

export const fanIn: Scenario = {
  name: 'fan-in',
  title:
    'Databases added, changed, relabelled and removed, one, 20 and 100 at once, are soon in the configuration',
  async run({ kube, tenant, flavour, crossplane }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const database = (name: string, more: object = {}, team = 'sales'): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'Database',
      metadata: { name, namespace, labels: { team } },
      spec: {
        type: 'postgres',
        host: 'shop-db',
        database: 'shop',
        credentialsRef: { name: 'shop-db' },
        ...more,
      },
    });
    const collection = `/apis/dbhub.tas.io/v1alpha1/namespaces/${namespace}/databases`;
    const json = (method: string, path: string, body?: object, type = 'application/json') =>
      kube
        .raw(path, { method, headers: { 'content-type': type }, ...(body && { body: JSON.stringify(body) }) })
        .then(async (response) => {
          assert.ok(
            response.ok,
            `${method} ${path}: ${response.status} ${response.ok ? '' : await response.text()}`,
          );
        });
    const merge = (name: string, body: object) =>
      json('PATCH', `${collection}/${name}`, body, 'application/merge-patch+json');
    const config = async (): Promise<string> => {
      const response = await kube.raw(`/api/v1/namespaces/${namespace}/configmaps/sales-config`);
      return ((await response.json()) as KubeObject).data['dbhub.toml'];
    };
    const has = (name: string) => async () =>
      (await config()).includes(`id = "${name.replaceAll('-', '_')}"`);
    const lacks = (name: string) => async () => !(await has(name)());
    const breakerOpen = async () =>
      condition(await acme.composite('dbhubinstances', 'sales'), 'Responsive')?.status === 'False';

    await step('the example runs', () => serveExample(kube, acme));

    await step('one at a time, after the breaker has had a minute to fill', async () => {
      // It refills one token a second, and making the example took most of them.
      const ready = performance.now();
      await until('a minute', () => performance.now() - ready > 60_000, { seconds: 70, everyMs: 1000 });
      const times: number[] = [];
      const timed = async (what: string, change: () => Promise<void>, seen: () => Promise<boolean>) => {
        await change();
        const began = performance.now();
        await until(what, seen, { seconds: 90, everyMs: 20 });
        times.push(performance.now() - began);
        figure(what, seconds(times.at(-1) ?? 0));
      };
      await timed('added', () => json('POST', collection, database('extra')), has('extra'));
      const described = async () => (await config()).includes('Only for a while');
      await timed('changed', () => merge('extra', { spec: { description: 'Only for a while' } }), described);
      await timed(
        'label taken',
        () => merge('extra', { metadata: { labels: { team: 'other' } } }),
        lacks('extra'),
      );
      await timed(
        'label given',
        () => merge('extra', { metadata: { labels: { team: 'sales' } } }),
        has('extra'),
      );
      await timed('removed', () => json('DELETE', `${collection}/extra`), lacks('extra'));
      const p95 = percentile(times, 0.95);
      figure(`p95 until the ConfigMap (breaker ${(await breakerOpen()) ? 'open' : 'closed'})`, seconds(p95));
      // Crossplane 2.3 has no watch on what is required, and asks again after the TTL.
      if (crossplane !== '2.3' && !(await breakerOpen())) assert.ok(p95 < 1000, `p95 is ${seconds(p95)}`);
    });

    const atOnce = async (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `many-${count}-${index}`);
      const began = performance.now();
      await Promise.all(names.map((name) => json('POST', collection, database(name))));
      const path = flavour === 'claims' ? '/apis/dbhub.tas.io/v1alpha1/xdatabases' : collection;
      const existing = async () => {
        const { items } = (await (await kube.raw(path)).json()) as KubeObject;
        return (
          items.filter(({ metadata }: KubeObject) => metadata.name.startsWith(`many-${count}-`)).length ===
          count
        );
      };
      await until(`${count} composites`, existing, { seconds: 180, everyMs: 50 });
      const exist = performance.now();
      const all = async () => {
        const text = await config();
        return names.every((name) => text.includes(`id = "${name.replaceAll('-', '_')}"`));
      };
      await until(`${count} in the ConfigMap`, all, { seconds: 180, everyMs: 50 });
      const configured = performance.now();
      figure(`${count} at once: all exist after`, seconds(exist - began));
      figure(`${count} at once: in the ConfigMap, after the last exists`, seconds(configured - exist));
      const served = async () => {
        const tools = await acme.client<string[]>('tools', endpoint('sales', namespace));
        return names.every((name) => tools.includes(`execute_sql_${name.replaceAll('-', '_')}`));
      };
      await until(`${count} served`, served, { seconds: 240, everyMs: 500 });
      figure(
        `${count} at once: served by the pods, after the first was applied`,
        seconds(performance.now() - began),
      );
      figure(`${count} at once: breaker`, (await breakerOpen()) ? 'opened' : 'closed');
      return configured - exist;
    };
    const gone = async (count: number) => {
      await kube.kubectl('delete', 'databases', '--all', '-n', namespace, '--wait=false');
      await kube.apply(await acme.example('Database'));
      const without = async () => !(await config()).includes(`many_${count}_`);
      await until(`${count} gone`, without, { seconds: 120, everyMs: 200 });
    };

    // The goal is 6 s on a machine that does nothing else; what is held here is what a shared one can do.
    await step('20 at once', async () => {
      const took = await atOnce(20);
      assert.ok(took < 15_000, `configured ${seconds(took)} after the last existed`);
      await gone(20);
    });
    await step('100 at once', async () => {
      const took = await atOnce(100);
      assert.ok(took < 45_000, `configured ${seconds(took)} after the last existed`);
      await gone(100);
      await running(kube, namespace);
    });
  },
};
