import assert from 'node:assert/strict';
import { must } from '../../../lab/process/run.ts';
import { ensureTool } from '../../../lab/tools/build.ts';
import { isTrue } from '../kube.ts';
import type { Scenario } from '../scenario.ts';
import { endpoint } from '../tenant.ts';

export const install: Scenario = {
  name: 'install',
  title: 'The examples of two tenants, applied as they are, serve rows to clients in the cluster',
  core: true,
  verbatim: true,
  async run({ kube, tenant, flavour }, { step, figure }) {
    const acme = await tenant('acme');
    const beta = await tenant('beta');

    await step('both examples become ready', async () => {
      const began = performance.now();
      await kube.apply([...(await acme.example()), ...(await beta.example())]);
      for (const { namespace } of [acme, beta]) {
        const wait = ['wait', '--for=condition=Ready', '--timeout=120s', '-n', namespace];
        await kube.kubectl(...wait, 'dbhubinstances/sales');
        await kube.kubectl(...wait, 'databases', '--all');
      }
      figure('two tenants ready after', `${((performance.now() - began) / 1000).toFixed(1)} s`);
    });

    await step('kubectl get shows the columns that the documents promise', async () => {
      const table = await kube.kubectl('get', 'databases,dbhubinstances', '-n', acme.namespace);
      const lines = table.split('\n').map((line) => line.trim().split(/\s{2,}/));
      const row = (name: string) => lines.find(([first]) => first?.endsWith(`/${name}`)) ?? [];
      assert.deepEqual(lines[0]?.slice(0, 6), ['NAME', 'TYPE', 'HOST', 'STATUS', 'SYNCED', 'READY']);
      assert.deepEqual(row('shop').slice(1, 6), [
        'postgres',
        'shop-db.tas-acme.svc',
        'Connected',
        'True',
        'True',
      ]);
      assert.deepEqual(row('reports').slice(1, 4), ['mariadb', 'reports-db.tas-acme.svc', 'Connected']);
      const heading = lines.find(([first, second]) => first === 'NAME' && second === 'REPLICAS');
      const columns = ['REPLICAS', 'AVAILABLE', 'DATABASES', 'STATUS', 'ENDPOINT', 'SYNCED', 'READY'];
      assert.deepEqual(heading?.slice(1, 8), columns);
      const shown = ['1', '1', '2/2', 'Running', endpoint('sales', acme.namespace), 'True', 'True'];
      assert.deepEqual(row('sales').slice(1, 8), shown);
      assert.equal(
        await kube
          .kubectl('get', 'db', '-n', acme.namespace, '-o', 'name')
          .then((t) => t.trim().split('\n').length),
        2,
      );
    });

    await step(
      'an MCP client in the cluster reads rows of both servers, by the name of the Service',
      async () => {
        const url = endpoint('sales', acme.namespace);
        await acme.served(
          'sales',
          'execute_sql_shop',
          { sql: 'SELECT article FROM orders' },
          /lamp.*chair.*desk/,
        );
        await acme.served('sales', 'execute_sql_reports', { sql: 'SELECT total FROM figures' }, /100.*120/);
        await beta.served('sales', 'execute_sql', { sql: 'SELECT current_user AS who' }, /beta_reader/);
        const tools = await acme.client<string[]>('tools', url);
        assert.deepEqual(tools, [
          'execute_sql_reports',
          'execute_sql_shop',
          'search_objects_reports',
          'search_objects_shop',
        ]);
      },
    );

    await step('what writes is refused', async () => {
      const sql = "INSERT INTO orders VALUES (9, 'x')";
      await assert.rejects(acme.call('sales', 'execute_sql_shop', { sql }), /read-?only/i);
    });

    await step('kubectl scale', async () => {
      await kube.kubectl('scale', 'dbhubinstance/sales', '--replicas=2', '-n', acme.namespace);
      const two = ({ status }: { status: { availableReplicas?: number } }) => status.availableReplicas === 2;
      await kube.settled('two replicas', 'dbhubinstance', 'sales', acme.namespace, two);
      await kube.kubectl('scale', 'dbhubinstance/sales', '--replicas=1', '-n', acme.namespace);
      const one = ({ status }: { status: { replicas?: number } }) => status.replicas === 1;
      await kube.settled('one replica', 'dbhubinstance', 'sales', acme.namespace, one);
      await kube.settled('ready', 'dbhubinstance', 'sales', acme.namespace, (object) =>
        isTrue(object, 'Ready'),
      );
    });

    await step('crossplane resource trace shows all of it', async () => {
      const env = { ...process.env, KUBECONFIG: kube.kubeconfig };
      const args = ['resource', 'trace', 'dbhubinstance.dbhub.tas.io', 'sales', '-n', acme.namespace];
      const trace = await must(await ensureTool('crossplane'), args, { env });
      const expected = ['Deployment/sales', 'Service/sales', 'ConfigMap/sales-config', 'Secret/sales-creds'];
      for (const each of expected) assert.ok(trace.includes(each), `${each} in\n${trace}`);
      if (flavour === 'claims') assert.match(trace, /XDBHubInstance\/sales-/);
    });
  },
};
