import assert from 'node:assert/strict';
import { program } from '../fixtures/programs.ts';
import { condition, type KubeObject } from '../kube.ts';
import { endOfPods, pods, running } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

export const adoption: Scenario = {
  name: 'adoption',
  title: 'What an operator has made is not taken over until its owner allows it, and never mixed with ours',
  async run({ kube, images, tenant }, { step }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    const selector = { 'app.kubernetes.io/name': 'dbhub', 'app.kubernetes.io/instance': 'sales' };
    const theirs: KubeObject[] = [
      program('sales', namespace, images.client, { selector, container: 'server' }),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'sales-config', namespace },
        data: { old: 'x' },
      },
    ];
    const refusal = (object: KubeObject): string => {
      const { reason, message = '' } = condition(object, 'ConfigRendered') ?? {};
      return reason === 'ForeignObject' ? message : '';
    };
    const refused = (what: string, says: RegExp) => {
      const named = (object: KubeObject) => says.test(refusal(object));
      return kube.settled(what, 'dbhubinstance', 'sales', namespace, named, { seconds: 90 });
    };
    const deployment = () => kube.get('deployment', 'sales', namespace);
    /** Just what the message says to annotate. */
    const annotate = async (object: string) => {
      const { message } = condition(await kube.get('dbhubinstance', 'sales', namespace), 'ConfigRendered');
      const annotations = message.match(/\S+\/\S+=\S+/g) ?? [];
      await kube.kubectl('annotate', object, '-n', namespace, ...annotations);
    };

    await step('the Instance is refused, the object named, and nothing changed', async () => {
      await kube.apply(theirs);
      await kube.kubectl('rollout', 'status', 'deployment/sales', '-n', namespace, '--timeout=60s');
      const { spec, metadata } = await deployment();
      await kube.apply(await acme.example());
      await refused('ForeignObject', /ConfigMap "sales-config"|Deployment "sales"/);
      const still = await deployment();
      assert.deepEqual(still.spec, spec);
      assert.equal(still.metadata.uid, metadata.uid);
      assert.equal(await kube.get('secret', 'sales-creds', namespace), undefined);
    });

    await step('the Deployment cannot be taken over with a foreign container, which is named', async () => {
      const left = new Map([
        ['ConfigMap', 'configmap/sales-config'],
        ['Deployment', 'deployment/sales'],
      ]);
      while (left.size > 0) {
        const next = new RegExp(
          `^(${[...left.keys()].join('|')}) .*already exists and is not managed by function-mcp`,
        );
        const [, kind = ''] = next.exec(refusal(await refused('the next', next))) ?? [];
        await annotate(left.get(kind) ?? '');
        left.delete(kind);
      }
      await refused('the container is named', /container "server".*--cascade=orphan/);
      assert.equal((await kube.get('configmap', 'sales-config', namespace)).data.old, 'x');
    });

    await step('deleted as the message says, its pod is replaced; the ConfigMap is taken over', async () => {
      const { metadata } = await kube.get('configmap', 'sales-config', namespace);
      const old = await pods(kube, namespace, 'sales');
      const ended = await endOfPods(kube, namespace, 'sales');
      await kube.delete('deployment', 'sales', namespace, '--cascade=orphan');
      assert.deepEqual(await pods(kube, namespace, 'sales'), old);
      await running(kube, namespace);
      const now = await kube.get('configmap', 'sales-config', namespace);
      assert.equal(now.metadata.uid, metadata.uid);
      assert.equal(now.metadata.ownerReferences[0].controller, true);
      await ended();
      await acme.served('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }, /3/);
    });
  },
};
