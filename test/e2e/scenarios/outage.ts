import assert from 'node:assert/strict';
import { until } from '../../../lab/process/wait.ts';
import type { KubeObject } from '../kube.ts';
import { entryOf, pods, running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { noneFailed } from '../tenant.ts';

export const outage: Scenario = {
  name: 'outage',
  title: 'A database down for two minutes: no restart, no rollout, the status tells, the others are served',
  async run({ kube, tenant }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    await step('the example runs, checked every 30 s', () =>
      serveExample(kube, acme, { probe: { interval: '30s' } }),
    );
    const generation = async () => (await kube.get('deployment', 'sales', namespace)).metadata.generation;
    const [before, rollouts] = [await pods(kube, namespace, 'sales'), await generation()];
    const queries = await acme.calling('sales', 'execute_sql_reports', { sql: 'SELECT total FROM figures' });
    const scale = (replicas: number) =>
      kube.kubectl('scale', 'deployment/shop-db', '-n', namespace, `--replicas=${replicas}`);

    await step('the database goes: Failed, and the Instance is Degraded', async () => {
      const began = performance.now();
      await scale(0);
      const failed = (object: KubeObject) =>
        entryOf(object, 'shop').phase === 'Failed' && object.status.phase === 'Degraded';
      const options = { seconds: 120 };
      await kube.settled('Failed', 'dbhubinstance', 'sales', namespace, failed, options);
      const own = ({ status }: KubeObject) => status.phase === 'Failed' && status.reason;
      const { status } = await kube.settled('Failed', 'database', 'shop', namespace, own, options);
      figure('outage seen after', `${((performance.now() - began) / 1000).toFixed(1)} s, ${status.reason}`);
      await until('two minutes', () => performance.now() - began > 120_000, {
        seconds: 180,
        everyMs: 1000,
      });
    });

    await step('it comes back: Connected, without help', async () => {
      await scale(1);
      await kube.kubectl('rollout', 'status', 'deployment/shop-db', '-n', namespace, '--timeout=60s');
      const began = performance.now();
      await running(kube, namespace);
      figure('return seen after', `${((performance.now() - began) / 1000).toFixed(1)} s`);
      assert.match(await acme.call('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }), /3/);
    });

    await step('nothing restarted or rolled, and the other database was served throughout', async () => {
      await noneFailed('queries of the other Database meanwhile', queries, figure);
      assert.deepEqual(await pods(kube, namespace, 'sales'), before);
      assert.equal(await generation(), rollouts);
    });
  },
};
