import assert from 'node:assert/strict';
import { connectMcp } from '../../../lab/clients/mcp.ts';
import { until } from '../../../lab/process/wait.ts';
import { functionPods } from '../install.ts';
import { condition, type KubeObject } from '../kube.ts';
import { pods, running, serveExample, uidsOf } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { noneFailed } from '../tenant.ts';

const counts = { sql: 'SELECT count(*) AS n FROM orders' };

export const faults: Scenario = {
  name: 'faults',
  title: 'The function killed, Crossplane restarted, the API server gone, a node drained: nothing is lost',
  ownCluster: true,
  company: 'alone',
  async restore({ kube, cluster }) {
    await cluster.own?.startApiServer();
    await kube.kubectl('uncordon', cluster.own?.node ?? '');
  },
  async run({ kube, cluster, tenant }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const system = 'crossplane-system';
    const database = (name: string): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'Database',
      metadata: { name, namespace, labels: { team: 'sales' } },
      spec: { type: 'postgres', host: 'shop-db', database: 'shop', credentialsRef: { name: 'shop-db' } },
    });
    const configured = (names: string[], wanted: boolean) => async () => {
      const { data } = await kube.get('configmap', 'sales-config', namespace);
      return names.every((name) => data['dbhub.toml'].includes(`id = "${name}"`) === wanted);
    };

    await step('the example runs, with two replicas', () => serveExample(kube, acme, { replicas: 2 }));
    const before = await uidsOf(kube, namespace);

    await step("the function's pod killed in mid-reconcile: all that was applied is served", async () => {
      const names = ['killed1', 'killed2', 'killed3'];
      const doomed = await kube.list('pods', system, functionPods);
      assert.ok(doomed.length > 0, 'no pod of the function');
      await kube.apply(names.map(database));
      for (const { metadata } of doomed) {
        await kube.delete('pod', metadata.name, system, '--force', '--grace-period=0');
      }
      const began = performance.now();
      await until('all three in the ConfigMap', configured(names, true), { seconds: 180, everyMs: 250 });
      figure(
        "configured after the function's pod was killed",
        `${((performance.now() - began) / 1000).toFixed(1)} s`,
      );
      await running(kube, namespace);
      for (const name of names) await kube.delete('database', name, namespace);
      await until('all three gone', configured(names, false), { seconds: 120, everyMs: 250 });
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });

    await step('Crossplane restarted while Databases come: nothing is deleted or forgotten', async () => {
      await kube.apply(database('restarted'));
      const pod = ['pods', '-n', system, '-l', 'app=crossplane'];
      await kube.kubectl('delete', ...pod, '--force', '--grace-period=0');
      await kube.kubectl('rollout', 'status', 'deployment/crossplane', '-n', system, '--timeout=120s');
      await until('in the ConfigMap', configured(['restarted'], true), { seconds: 120, everyMs: 250 });
      await kube.delete('database', 'restarted', namespace);
      await until('gone', configured(['restarted'], false), { seconds: 120, everyMs: 250 });
      await running(kube, namespace);
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });

    await step('the API server gone for a minute: the pods serve on, and all is well after', async () => {
      const served = await pods(kube, namespace, 'sales');
      const { spec } = await kube.get('service', 'sales', namespace);
      // No exec without an API server: this machine has a route to the Service.
      const call = async () => {
        const url = `http://${spec.clusterIP}:8080/mcp`;
        await using client = await connectMcp(url, { host: `sales.${namespace}.svc:8080` });
        const { isError, content } = await client.callTool('execute_sql_shop', counts);
        assert.ok(!isError, JSON.stringify(content));
      };
      await cluster.own?.stopApiServer();
      const began = performance.now();
      let calls = 0;
      const failures: string[] = [];
      const minute = async () => {
        await call().catch((error: Error) => failures.push(error.message));
        calls++;
        return performance.now() - began > 60_000;
      };
      await until('a minute', minute, { seconds: 90, everyMs: 500 });
      await cluster.own?.startApiServer();
      const back = performance.now();
      const since = () => `${((performance.now() - back) / 1000).toFixed(1)} s`;
      figure('queries without an API server', `${calls}, ${failures.length} failed`);
      assert.deepEqual(failures, []);
      assert.ok(calls > 50, `only ${calls} queries`);
      await running(kube, namespace);
      assert.deepEqual(await uidsOf(kube, namespace), before);
      assert.deepEqual(await pods(kube, namespace, 'sales'), served);
      figure('the API server back: the Instance is running after', since());
      await kube.apply(database('after'));
      await until('a change after it', configured(['after'], true), { seconds: 180, everyMs: 250 });
      figure('the API server back: a change is configured after', since());
      await kube.delete('database', 'after', namespace);
      await until('gone', configured(['after'], false), { seconds: 120, everyMs: 250 });
    });

    await step('a drain: the budget keeps a pod, no query fails, and both are back after', async () => {
      await running(kube, namespace);
      const queries = await acme.calling('sales', 'execute_sql_shop', counts);
      const node = cluster.own?.node ?? '';
      const selector = '--pod-selector=app.kubernetes.io/name=dbhub,app.kubernetes.io/component!=probe';
      const drain = await kube.tried(
        'drain',
        node,
        '--ignore-daemonsets',
        '--delete-emptydir-data',
        selector,
        '--timeout=20s',
      );
      assert.match(drain.output, /disruption budget/);
      assert.equal((await pods(kube, namespace, 'sales')).length >= 1, true);
      const budget = await kube.get('deployment', 'sales', namespace);
      assert.ok(budget.status.availableReplicas >= 1, 'no pod is available');
      await kube.kubectl('uncordon', node);
      await noneFailed('queries during the drain', queries, figure);
      await running(kube, namespace);
    });

    await step('every composite is synced', async () => {
      for (const kind of ['dbhubinstances', 'databases'] as const) {
        for (const object of await kube.list(`${kind}.dbhub.tas.io`, namespace)) {
          assert.equal(condition(object, 'Synced')?.status, 'True', object.metadata.name);
        }
      }
    });
  },
};
