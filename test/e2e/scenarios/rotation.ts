import assert from 'node:assert/strict';
import type { KubeObject } from '../kube.ts';
import { endOfPods, entryOf, pods, rolledOut, running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';
import { noneFailed } from '../tenant.ts';

const counts = { sql: 'SELECT count(*) AS n FROM orders' };

export const rotation: Scenario = {
  name: 'rotation',
  title: 'A password rotates without a failed query; a Secret may go and come; foreign keys change nothing',
  core: true,
  async run({ kube, tenant, crossplane }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const setPassword = (username: string, password: string) =>
      kube.patch('secret', 'shop-db', namespace, { stringData: { username, password } });
    const template = async () =>
      (await kube.get('configmap', 'sales-config', namespace)).metadata.resourceVersion;
    const revisionOf = ({ spec }: KubeObject) =>
      Number(spec.template.metadata.annotations['tas.io/credentials-revision']);
    const revision = async () => revisionOf(await kube.get('deployment', 'sales', namespace));
    const rolled = (after: number) =>
      kube.settled(
        'the pods have rolled',
        'deployment',
        'sales',
        namespace,
        (deployment) => revisionOf(deployment) > after && rolledOut(deployment),
        { seconds: 150 },
      );
    const shopIs = (phase: string, reason?: string) => (object: KubeObject) => {
      const entry = entryOf(object, 'shop');
      return entry.phase === phase && (!reason || entry.reason === reason);
    };
    const instance = (what: string, holds: (object: KubeObject) => unknown) =>
      kube.settled(what, 'dbhubinstance', 'sales', namespace, holds, { seconds: 150 });

    await step('the example runs', () => serveExample(kube, acme));

    await step(
      'a new user and password, while the old ones work too: no query fails, the ConfigMap stays',
      async () => {
        await acme.sql('shop-db', `CREATE ROLE mcp_reader_2 LOGIN PASSWORD 'n3w"$pass'`);
        await acme.sql('shop-db', 'GRANT SELECT ON orders TO mcp_reader_2');
        const [config, credentials] = [await template(), await revision()];
        const ended = await endOfPods(kube, namespace, 'sales');
        const queries = await acme.calling('sales', 'execute_sql_shop', counts);
        const began = performance.now();
        await setPassword('mcp_reader_2', 'n3w"$pass');
        await rolled(credentials);
        figure('rotation until the pods have rolled', `${((performance.now() - began) / 1000).toFixed(1)} s`);
        await running(kube, namespace);
        // A client keeps its connection to a pod that ends: not before that is gone is it known to have lost nothing.
        await ended();
        await noneFailed('queries during the rotation', queries, figure);
        assert.equal(await template(), config);
        const who = { sql: 'SELECT current_user AS who' };
        await acme.served('sales', 'execute_sql_shop', who, /mcp_reader_2/);
      },
    );

    // It sees a change after up to a minute: one step is enough.
    if (crossplane === '2.3') return;

    await step(
      'a wrong password shows as AuthFailed, a right one as Connected, each within one rollout',
      async () => {
        let before = await revision();
        await setPassword('mcp_reader_2', 'wrong');
        await rolled(before);
        let began = performance.now();
        await instance('AuthFailed', shopIs('Failed', 'AuthFailed'));
        figure('AuthFailed after the rollout', `${((performance.now() - began) / 1000).toFixed(1)} s`);
        before = await revision();
        await setPassword('mcp_reader_2', 'n3w"$pass');
        await rolled(before);
        began = performance.now();
        await instance('Connected', shopIs('Connected'));
        figure('Connected after the rollout', `${((performance.now() - began) / 1000).toFixed(1)} s`);
      },
    );

    await step('the Secret deleted: the other Database is served throughout; put back: both', async () => {
      const queries = await acme.calling('sales', 'execute_sql_reports', {
        sql: 'SELECT total FROM figures',
      });
      await kube.delete('secret', 'shop-db', namespace);
      await instance('SecretNotFound', shopIs('Failed', 'SecretNotFound'));
      await kube.apply(await acme.example('Secret'));
      await instance('Connected', shopIs('Connected'));
      await running(kube, namespace);
      await noneFailed('queries of the other Database meanwhile', queries, figure);
      await acme.served('sales', 'execute_sql_shop', counts, /3/);
    });

    await step('a foreign key in the aggregated Secret changes nothing', async () => {
      const [before, credentials] = [await pods(kube, namespace, 'sales'), await revision()];
      await kube.patch('secret', 'sales-creds', namespace, {
        stringData: { NODE_OPTIONS: '--require=/evil.js' },
      });
      await kube.patch('dbhubinstance', 'sales', namespace, {
        spec: { networkPolicy: { allowedNamespaces: ['tas-beta'] } },
      });
      const reconciled = ({ spec }: KubeObject) => JSON.stringify(spec).includes('tas-beta');
      await kube.settled('a reconcile since', 'networkpolicy', 'sales', namespace, reconciled);
      assert.equal(await revision(), credentials);
      assert.deepEqual(await pods(kube, namespace, 'sales'), before);
    });
  },
};
