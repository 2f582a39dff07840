import assert from 'node:assert/strict';
import { until } from '../../cluster/wait.ts';
import { hold, percentile, seconds, slowestOfEach, type Taken } from '../goals.ts';
import { condition, type KubeObject } from '../kube.ts';
import { running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { endpoint } from '../tenant.ts';
import { openWatch } from '../watch.ts';

/** Until the ConfigMap has a change: of one at 95 % of them, and of many after the last of them exists. */
const goals = { closedMs: 1000, openMs: 6000 };
const teams = ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'];

export const fanIn: Scenario = {
  name: 'fan-in',
  title:
    'Databases added, changed, relabelled and removed, one, 20 and 100 at once, are soon in the configuration',
  company: 'quiet',
  async run({ kube, cluster, tenant, flavour }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const database = (name: string, team: string, batch = 'none'): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'Database',
      metadata: { name, namespace, labels: { team, batch } },
      spec: { type: 'postgres', host: 'shop-db', database: 'shop', credentialsRef: { name: 'shop-db' } },
    });
    const instance = (name: string): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'DBHubInstance',
      metadata: { name, namespace },
      // without pods: those of one change that start would slow the next
      spec: { replicas: 0, resourceSelector: { matchLabels: { team: name } } },
    });
    const collection = `/apis/dbhub.tas.io/v1alpha1/namespaces/${namespace}/databases`;
    const json = async (method: string, path: string, body?: object, type = 'application/json') => {
      const headers = { 'content-type': type };
      const response = await kube.raw(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    };
    const merge = (name: string, body: object) =>
      json('PATCH', `${collection}/${name}`, body, 'application/merge-patch+json');
    const configs = await openWatch(kube, `/api/v1/namespaces/${namespace}/configmaps`);
    const path = flavour === 'claims' ? '/apis/dbhub.tas.io/v1alpha1/xdatabases' : collection;
    const composites = await openWatch(kube, path);
    const config = (of: string): string => configs.objects.get(`${of}-config`)?.data['dbhub.toml'] ?? '';
    const source = (name: string) => `id = "${name.replaceAll('-', '_')}"`;
    const has = (of: string, name: string) => () => config(of).includes(source(name));
    // Empty where a watch has begun anew and not told of it yet.
    const without = (of: string, text: string) => config(of) !== '' && !config(of).includes(text);
    const lacks = (of: string, name: string) => () => without(of, source(name));
    const breakerOpen = async (of: string) =>
      condition(await acme.composite('dbhubinstances.dbhub.tas.io', of), 'Responsive')?.status === 'False';
    const tools = (of: string) => acme.client<string[]>('tools', endpoint(of, namespace));
    const changesOf = (of: string, name: string): Record<string, [() => Promise<void>, () => boolean]> => ({
      added: [() => json('POST', collection, database(name, of)), has(of, name)],
      changed: [
        () => merge(name, { spec: { description: `Only for ${name}` } }),
        () => config(of).includes(`Only for ${name}`),
      ],
      'label taken': [() => merge(name, { metadata: { labels: { team: 'x' } } }), lacks(of, name)],
      'label given': [() => merge(name, { metadata: { labels: { team: of } } }), has(of, name)],
      removed: [() => json('DELETE', `${collection}/${name}`), lacks(of, name)],
    });

    /** Changes to one Database of an Instance; what each took until the ConfigMap had it. */
    const changes = async (of: string, name: string, sorts?: string[]): Promise<Taken[]> => {
      const times: Taken[] = [];
      const all = changesOf(of, name);
      for (const sort of sorts ?? Object.keys(all)) {
        const [change, seen] = all[sort] ?? [];
        if (!change || !seen) throw new Error(`no change ${sort}`);
        const began = performance.now();
        await change();
        await configs.until(sort, seen, 90);
        times.push({ sort, ms: performance.now() - began });
      }
      return times;
    };
    await step(
      `the example runs, and ${teams.length} more Instances without pods, one Database each`,
      async () => {
        await kube.apply(teams.flatMap((team) => [instance(team), database(`first-${team}`, team)]));
        await serveExample(kube, acme);
        for (const team of teams) {
          const ready = ({ status }: KubeObject) => status?.connectedResources?.length === 1;
          await kube.settled(`${team} is configured and checked`, 'dbhubinstance', team, namespace, ready, {
            seconds: 150,
          });
        }
      },
    );

    await step('one at a time with the breaker closed, after it has had a minute to fill', async () => {
      // It refills one token a second, and making an Instance takes most of them.
      const prepare = async () => {
        const began = performance.now();
        await until('a minute', () => performance.now() - began > 60_000, { seconds: 70, everyMs: 1000 });
      };
      const measure = async (attempt: number) => {
        const times: Taken[] = [];
        for (const team of teams) {
          const sorts =
            teams.indexOf(team) % 2 === 0 ? ['changed', 'removed'] : ['label taken', 'label given'];
          const taken = await changes(team, `extra-${team}-${attempt}`, ['added', ...sorts]);
          // some three changes open it, where a machine is slow
          if (!(await breakerOpen(team))) times.push(...taken);
        }
        assert.ok(times.length >= 12, `the breaker was closed for ${times.length} changes alone`);
        const p95 = percentile(times, 0.95);
        const what = `${times.length} single changes, breaker closed`;
        const figures = [percentile(times, 0.5), p95, percentile(times, 1)];
        figure(`${what}: median, p95, slowest`, figures.map(seconds).join(', '));
        figure(`${what}: the slowest of each sort`, slowestOfEach(times));
        return p95;
      };
      await hold(
        'p95 of single changes, breaker closed',
        goals.closedMs,
        { prepare, measure },
        { cluster, figure },
      );
    });

    const oneServed = async (name: string, breaker: string) => {
      const began = performance.now();
      await json('POST', collection, database(name, 'sales'));
      const served = async () => (await tools('sales')).includes(`execute_sql_${name}`);
      await until('served', served, { seconds: 120, everyMs: 100 });
      figure(`one, breaker ${breaker}: served by the pods after`, seconds(performance.now() - began));
    };
    await step('one more is served by the pods', () => oneServed('served', 'closed'));

    const gone = async (batch: string) => {
      await kube.kubectl('delete', 'databases', '-l', `batch=${batch}`, '-n', namespace, '--wait=false');
      await configs.until(
        `${batch} gone`,
        () => without('sales', `id = "${batch.replaceAll('-', '_')}_`),
        120,
      );
    };
    const atOnce = async (count: number) => {
      const batchOf = (attempt: number) => `many-${count}-${attempt}`;
      const namesOf = (batch: string) => Array.from({ length: count }, (_, index) => `${batch}-${index}`);
      let began = 0;
      const prepare = async (attempt: number) => {
        if (attempt > 1) await gone(batchOf(attempt - 1));
      };
      const measure = async (attempt: number) => {
        const batch = batchOf(attempt);
        const names = namesOf(batch);
        began = performance.now();
        await Promise.all(names.map((name) => json('POST', collection, database(name, 'sales', batch))));
        const existing = (objects: ReadonlyMap<string, KubeObject>) =>
          [...objects.keys()].filter((name) => name.startsWith(`${batch}-`)).length === count;
        await composites.until(`${count} composites`, existing, 180);
        const exist = performance.now();
        const all = () => names.every((name) => config('sales').includes(source(name)));
        await configs.until(`${count} in the ConfigMap`, all, 180);
        figure(`${count} at once: all exist after`, seconds(exist - began));
        return performance.now() - exist;
      };
      const what = `${count} at once: in the ConfigMap, after the last exists`;
      const batch = batchOf(await hold(what, goals.openMs, { prepare, measure }, { cluster, figure }));
      const served = async () => {
        const known = new Set(await tools('sales'));
        return namesOf(batch).every((name) => known.has(`execute_sql_${name.replaceAll('-', '_')}`));
      };
      await until(`${count} served`, served, { seconds: 240, everyMs: 500 });
      figure(
        `${count} at once: served by the pods, after the first was applied`,
        seconds(performance.now() - began),
      );
      figure(`${count} at once: the breaker is`, (await breakerOpen('sales')) ? 'open' : 'closed');
      await gone(batch);
    };

    await step('20 at once', () => atOnce(20));
    await step('one at a time with the breaker open', async () => {
      assert.ok(await breakerOpen('sales'), 'the breaker is closed');
      const measure = async (attempt: number) => {
        const times = await changes('sales', `late${attempt}`);
        figure(`${times.length} single changes, breaker open: each`, slowestOfEach(times));
        return percentile(times, 1);
      };
      await hold('slowest single change, breaker open', goals.openMs, { measure }, { cluster, figure });
      await oneServed('later', 'open');
    });
    await step('100 at once', async () => {
      await atOnce(100);
      await running(kube, namespace);
    });
    await Promise.all([configs.end(), composites.end()]);
  },
};
