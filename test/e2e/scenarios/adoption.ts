import assert from 'node:assert/strict';
import { until } from '../../cluster/wait.ts';
import { condition, type KubeObject } from '../kube.ts';
import { running } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

export const adoption: Scenario = {
  name: 'adoption',
  title: 'A Deployment of an operator’s making is not taken over, until its owner allows it',
  async run({ kube, images, tenant }, { step }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const selector = { 'app.kubernetes.io/name': 'dbhub', 'app.kubernetes.io/instance': 'sales' };
    const theirs: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'sales', namespace, labels: { made: 'by-an-operator' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: { containers: [{ name: 'server', image: images.client }] },
        },
      },
    };
    const reason = (object: KubeObject) => condition(object, 'ConfigRendered')?.reason;

    await step('the Instance is refused, the object named, and nothing changed', async () => {
      await kube.apply(theirs);
      const { spec, metadata } = await kube.get('deployment', 'sales', namespace);
      await kube.apply(await acme.example());
      const foreign = (object: KubeObject) => reason(object) === 'ForeignObject';
      const refused = await kube.settled('ForeignObject', 'dbhubinstance', 'sales', namespace, foreign);
      assert.match(condition(refused, 'ConfigRendered').message, /Deployment.*sales/);
      const still = await kube.get('deployment', 'sales', namespace);
      assert.deepEqual(still.spec, spec);
      assert.equal(still.metadata.uid, metadata.uid);
      assert.equal(await kube.get('configmap', 'sales-config', namespace), undefined);
    });

    await step('annotated by its owner, it is taken over and serves', async () => {
      const { metadata } = await kube.get('deployment', 'sales', namespace);
      await kube.kubectl('annotate', 'deployment/sales', 'tas.io/adopt=true', '-n', namespace);
      await running(kube, namespace);
      const adopted = await kube.get('deployment', 'sales', namespace);
      assert.equal(adopted.metadata.uid, metadata.uid);
      assert.equal(adopted.metadata.ownerReferences[0].controller, true);
      assert.match(await acme.call('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }), /3/);
    });

    await step('deleted with its Instance, as it is ours now', async () => {
      await kube.delete('dbhubinstance', 'sales', namespace);
      const gone = async () => !(await kube.get('deployment', 'sales', namespace));
      await until('the end of the Deployment', gone);
    });
  },
};
