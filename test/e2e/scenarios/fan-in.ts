import assert from 'node:assert/strict';
import { until } from '../../../lab/process/wait.ts';
import { database, openChanges, type Sort } from '../changes.ts';
import { hold, percentile, seconds, slowestOfEach, type Taken } from '../goals.ts';
import { condition, type KubeObject } from '../kube.ts';
import { atRest, running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { endpoint } from '../tenant.ts';
import { openWatch } from '../watch.ts';

/** Until the ConfigMap has a change: of one at 95 % of them, and of many after the last of them exists. */
const goals = { closedMs: 1000, openMs: 6000 };
const teams = Array.from({ length: 12 }, (_, index) => `t${index}`);
/** The two changes that a team makes: a third would open the breaker. */
const turns: readonly (readonly [Sort, Sort])[] = [
  ['added', 'changed'],
  ['added', 'removed'],
  ['label taken', 'label given'],
];

export const fanIn: Scenario = {
  name: 'fan-in',
  title:
    'Databases added, changed, relabelled and removed, one, 20 and 100 at once, are soon in the configuration',
  company: 'quiet',
  async run({ kube, cluster, tenant, flavour }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const instance = (name: string): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'DBHubInstance',
      metadata: { name, namespace },
      // without pods: those of one change that start would slow the next
      spec: { replicas: 0, resourceSelector: { matchLabels: { team: name } } },
    });
    const changes = await openChanges(kube, namespace);
    const where = flavour === 'claims' ? 'xdatabases' : `namespaces/${namespace}/databases`;
    const composites = await openWatch(kube, `/apis/dbhub.tas.io/v1alpha1/${where}`);
    const breakerOpen = async (of: string) =>
      condition(await acme.composite('dbhubinstances.dbhub.tas.io', of), 'Responsive')?.status === 'False';
    const tools = (of: string) => acme.client<string[]>('tools', endpoint(of, namespace));

    await step(
      `the example runs, and ${teams.length} more Instances without pods, one Database each`,
      async () => {
        await kube.apply(
          teams.flatMap((team) => [instance(team), database(namespace, `first-${team}`, team)]),
        );
        await serveExample(kube, acme);
        for (const team of teams) {
          const ready = ({ status }: KubeObject) => status?.connectedResources?.length === 1;
          await kube.settled(`${team} is configured and checked`, 'dbhubinstance', team, namespace, ready, {
            seconds: 150,
          });
        }
      },
    );

    await step('one at a time with the breaker closed, once the one before has come to rest', async () => {
      // It refills one token a second, and making an Instance takes most of them.
      const prepare = async () => {
        const began = performance.now();
        await until('a minute', () => performance.now() - began > 60_000, { seconds: 70, everyMs: 1000 });
      };
      const measure = async (attempt: number) => {
        const times: Taken[] = [];
        for (const turn of [0, 1] as const) {
          for (const [index, team] of teams.entries()) {
            const sort = turns[index % turns.length]?.[turn] ?? 'added';
            const name = sort.startsWith('label') ? `first-${team}` : `extra-${team}-${attempt}`;
            await atRest(kube, namespace);
            const taken = await changes.change(team, name, sort);
            if (!(await breakerOpen(team))) times.push(taken);
          }
        }
        const what = `${times.length} single changes, breaker closed`;
        const p95 = percentile(times, 0.95);
        const figures = [percentile(times, 0.5), p95, percentile(times, 1)];
        figure(`${what}: median, p95, slowest`, figures.map(seconds).join(', '));
        figure(`${what}: the slowest of each sort`, slowestOfEach(times));
        assert.ok(times.length >= 20, `the breaker was closed for ${times.length} changes alone`);
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
      await changes.create(database(namespace, name, 'sales'));
      const served = async () => (await tools('sales')).includes(`execute_sql_${name}`);
      await until('served', served, { seconds: 120, everyMs: 100 });
      figure(`one, breaker ${breaker}: served by the pods after`, seconds(performance.now() - began));
    };
    await step('one more is served by the pods', () => oneServed('served', 'closed'));

    const atOnce = async (count: number) => {
      const batchOf = (attempt: number) => `many-${count}-${attempt}`;
      const namesOf = (batch: string) => Array.from({ length: count }, (_, index) => `${batch}-${index}`);
      let began = 0;
      const prepare = async (attempt: number) => {
        if (attempt > 1) await changes.removeBatch('sales', batchOf(attempt - 1));
        await atRest(kube, namespace);
      };
      const measure = async (attempt: number) => {
        const batch = batchOf(attempt);
        const names = namesOf(batch);
        began = performance.now();
        await Promise.all(names.map((name) => changes.create(database(namespace, name, 'sales', batch))));
        const existing = (objects: ReadonlyMap<string, KubeObject>) =>
          [...objects.keys()].filter((name) => name.startsWith(`${batch}-`)).length === count;
        await composites.until(`${count} composites`, existing, 180);
        const exist = performance.now();
        await changes.configured('sales', names);
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
      await changes.removeBatch('sales', batch);
    };

    await step('20 at once', () => atOnce(20));
    await step('one at a time with the breaker open', async () => {
      assert.ok(await breakerOpen('sales'), 'the breaker is closed');
      const measure = async (attempt: number) => {
        const times = await changes.eachSort('sales', `late${attempt}`);
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
    await Promise.all([changes.end(), composites.end()]);
  },
};
