import assert from 'node:assert/strict';
import { condition, isTrue, type KubeObject } from '../kube.ts';
import { pods, uidsOf } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

const optional = 'networkpolicies,poddisruptionbudgets,roles,rolebindings';

export const platform: Scenario = {
  name: 'platform',
  title:
    'Without platform.yaml the servers run; taking it away and putting it back deletes nothing of a tenant',
  ownCluster: true,
  company: 'alone',
  restore: ({ applyPlatform }) => applyPlatform(),
  async run({ kube, tenant, applyPlatform }, { step }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const platformIs = (status: string) => (object: KubeObject) =>
      condition(object, 'PlatformReady')?.status === status;
    const instance = (what: string, holds: (object: KubeObject) => unknown) =>
      kube.settled(what, 'dbhubinstance', 'sales', namespace, holds, { seconds: 120 });

    await step('without it an Instance serves, without probe and policy, and says so', async () => {
      await kube.delete('environmentconfig', 'function-mcp');
      await kube.delete('clusterrole', 'function-mcp');
      await kube.apply(await acme.example());
      await kube.patch('dbhubinstance', 'sales', namespace, { spec: { replicas: 2 } });
      await instance('PlatformReady False', platformIs('False'));
      await instance('two replicas', ({ status }) => status.availableReplicas === 2);
      await acme.served('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }, /3/);
      assert.deepEqual(await kube.list(optional, namespace), []);
      assert.equal(await kube.get('deployment', 'sales-probe', namespace), undefined);
      const database = await kube.get('database', 'shop', namespace);
      assert.equal(database.status?.phase ?? 'Pending', 'Pending');
      const events = await kube.kubectl('get', 'events', '-n', namespace, '-o', 'json');
      assert.ok(!events.includes('violates PodSecurity'), 'a pod violates the restricted standard');
    });

    const served = await pods(kube, namespace, 'sales');
    await step(
      'with it the probe runs and the policies are there; no pod of the server restarts',
      async () => {
        await applyPlatform();
        await instance('PlatformReady', platformIs('True'));
        await instance('ready, both connected', ({ status }) => status.connectedResources?.length === 2);
        const kinds = (await kube.list(optional, namespace)).map(({ kind }) => kind as string);
        assert.ok(kinds.includes('NetworkPolicy') && kinds.includes('PodDisruptionBudget'), kinds.join());
        assert.deepEqual(await pods(kube, namespace, 'sales'), served);
      },
    );

    const before = await uidsOf(kube, namespace);
    await step('the settings object removed: everything stays', async () => {
      await kube.delete('environmentconfig', 'function-mcp');
      await instance('PlatformReady False', platformIs('False'));
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });

    await step('the rights removed: the composite cannot go on, and everything stays', async () => {
      await kube.delete('clusterrole', 'function-mcp');
      // else it is only asked again after its TTL
      await kube.kubectl('annotate', 'dbhubinstance/sales', 'e2e=touched', '-n', namespace);
      const stuck = async () =>
        condition(await acme.composite('dbhubinstances.dbhub.tas.io', 'sales'), 'Synced')?.status === 'False';
      await instance('Synced False', stuck);
      assert.deepEqual(await uidsOf(kube, namespace), before);
      assert.match(await acme.call('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }), /3/);
    });

    await step('both put back: it heals, with the same objects and pods', async () => {
      await applyPlatform();
      const healed = async () =>
        isTrue(await acme.composite('dbhubinstances.dbhub.tas.io', 'sales'), 'Synced');
      await instance('PlatformReady', async (object) => platformIs('True')(object) && (await healed()));
      assert.deepEqual(await uidsOf(kube, namespace), before);
      assert.deepEqual(await pods(kube, namespace, 'sales'), served);
    });
  },
};
