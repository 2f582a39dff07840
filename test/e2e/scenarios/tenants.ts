import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../../lab/process/server-process.ts';
import { condition, type KubeObject } from '../kube.ts';
import { entryOf, running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

export const tenants: Scenario = {
  name: 'tenants',
  title: 'No tenant reaches what is another’s: not by reference, by forged claim, nor by the probe’s token',
  async run({ kube, tenant, flavour }, { step }) {
    const acme = await tenant('acme');
    const beta = await tenant('beta');
    const database = (
      name: string,
      namespace: string,
      more: object = {},
      labels: object = {},
    ): KubeObject => ({
      apiVersion: 'dbhub.tas.io/v1alpha1',
      kind: 'Database',
      metadata: { name, namespace, labels: { team: 'sales', ...labels } },
      spec: {
        type: 'postgres',
        host: `shop-db.${beta.namespace}.svc`,
        database: 'shop',
        credentialsRef: { name: 'shop-db' },
        ...more,
      },
    });
    const instanceOf = (namespace: string) => (what: string, holds: (object: KubeObject) => unknown) =>
      kube.settled(what, 'dbhubinstance', 'sales', namespace, holds, { seconds: 120 });
    const values = async (namespace: string) =>
      Object.values((await kube.get('secret', 'sales-creds', namespace)).data as Record<string, string>)
        .map((value) => Buffer.from(value, 'base64').toString())
        .join('\n');
    const betas = 'beta-s3cret';

    await step('both examples run', async () => {
      await serveExample(kube, acme);
      await serveExample(kube, beta);
    });

    await step('credentials of another namespace: refused, granted, withdrawn', async () => {
      const foreign = { credentialsRef: { name: 'shop-db', namespace: beta.namespace } };
      await kube.apply(database('foreign', acme.namespace, foreign));
      const instance = instanceOf(acme.namespace);
      const refused = (object: KubeObject) => entryOf(object, 'foreign').reason === 'NotGranted';
      await instance('NotGranted', refused);
      assert.ok(!(await values(acme.namespace)).includes(betas));

      const annotate = (value: string | null) =>
        kube.patch('secret', 'shop-db', beta.namespace, {
          metadata: { annotations: { 'tas.io/allowed-namespaces': value } },
        });
      await annotate(`tas-gamma,${acme.namespace}`);
      await instance('granted', (object) => entryOf(object, 'foreign').phase === 'Connected');
      // the probe may be there before the pods have rolled
      await running(kube, acme.namespace);
      const who = { sql: 'SELECT current_user AS who' };
      await acme.served('sales', 'execute_sql_foreign', who, /beta_reader/);

      await annotate(null);
      await instance('NotGranted', refused);
      assert.ok(
        !(await values(acme.namespace)).includes(betas),
        'the value stays after consent was withdrawn',
      );

      await kube.apply(
        database('nowhere', acme.namespace, {
          credentialsRef: { name: 'no-such', namespace: beta.namespace },
        }),
      );
      await instance('NotGranted too', (object) => entryOf(object, 'nowhere').reason === 'NotGranted');
      await kube.delete('databases', 'nowhere', acme.namespace);
      await kube.delete('databases', 'foreign', acme.namespace);
      await running(kube, acme.namespace);
    });

    await step(
      'each server has its NetworkPolicy: from its own namespace alone, to DNS and its databases',
      async () => {
        const servers = [
          { namespace: acme.namespace, databases: [3306, 5432] },
          { namespace: beta.namespace, databases: [5432] },
        ];
        for (const { namespace, databases } of servers) {
          const { spec } = await kube.get('networkpolicy', 'sales', namespace);
          assert.deepEqual(spec.policyTypes, ['Ingress', 'Egress']);
          assert.deepEqual(spec.ingress[0].from, [{ podSelector: {} }]);
          const ports = spec.egress.flatMap((rule: KubeObject) =>
            rule.ports.map(({ port }: KubeObject) => port),
          );
          assert.deepEqual(ports, [53, 53, ...databases]);
        }
      },
    );

    await step(
      'the token of a probe reads its own Resources and writes their status, and no more',
      async () => {
        const token = (await kube.kubectl('create', 'token', 'sales-probe', '-n', acme.namespace)).trim();
        const view = ['config', 'view', '--minify', '--raw', '-o', 'jsonpath={.clusters[0].cluster.server}'];
        const server = await kube.kubectl(...view);
        const file = join(await temporaryFolder('function-mcp-token'), 'kubeconfig');
        await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config' }));
        const as = (...args: string[]) =>
          kube.tried(
            `--kubeconfig=${file}`,
            `--server=${server}`,
            `--token=${token}`,
            '--insecure-skip-tls-verify',
            ...args,
          );
        const plural = flavour === 'claims' ? 'xdatabases' : 'databases';
        const [own, other] = [
          await acme.composite('databases.dbhub.tas.io', 'shop'),
          await beta.composite('databases.dbhub.tas.io', 'shop'),
        ];
        const where = (object: KubeObject) =>
          object.metadata.namespace ? ['-n', object.metadata.namespace] : [];
        const name = (object: KubeObject) => `${plural}.dbhub.tas.io/${object.metadata.name}`;
        const spec = '{"spec":{"description":"mine"}}';
        const status = '{"status":{"message":"mine"}}';
        const allowed = [['get', name(own), ...where(own)]];
        const forbidden = [
          ['get', name(other), ...where(other)],
          ['get', `${plural}.dbhub.tas.io`, ...where(own)],
          ['patch', name(own), ...where(own), '--type=merge', '-p', spec],
          ['patch', name(other), ...where(other), '--type=merge', '--subresource=status', '-p', status],
          ['delete', name(own), ...where(own)],
          ['get', 'secrets', '-n', acme.namespace],
          ['get', 'secret/sales-creds', '-n', acme.namespace],
          ['get', 'configmaps', '-n', acme.namespace],
          ['get', 'pods', '-n', acme.namespace],
          ['get', 'dbhubinstances.dbhub.tas.io', '-n', acme.namespace],
          ['get', 'namespaces'],
          ['auth', 'can-i', '*', '*', '-n', beta.namespace],
        ];
        if (flavour === 'claims') {
          const selector = `tas.io/tenant=${acme.namespace.replace('tas-', '')}`;
          const roles = await kube.list('clusterroles,clusterrolebindings', undefined, selector);
          assert.equal(roles.length, 2, 'a ClusterRole and its binding');
        }
        for (const args of allowed) {
          const { status: code, output } = await as(...args);
          assert.equal(code, 0, `${args.join(' ')}: ${output}`);
        }
        for (const args of forbidden) {
          const { status: code, output } = await as(...args);
          assert.notEqual(code, 0, `${args.join(' ')} is allowed`);
          assert.match(output, /forbidden|Forbidden|^no$/m, args.join(' '));
        }
      },
    );

    await step('forged labels and a forged resourceRef gain nothing', async () => {
      const victim = await acme.composite('databases.dbhub.tas.io', 'shop');
      const forged = {
        'crossplane.io/claim-namespace': acme.namespace,
        'crossplane.io/claim-name': 'shop',
        'tas.io/tenant': acme.namespace.replace('tas-', ''),
        'crossplane.io/composite': victim.metadata.name,
      };
      const ref = { apiVersion: 'dbhub.tas.io/v1alpha1', kind: 'XDatabase', name: victim.metadata.name };
      const resourceRef = flavour === 'claims' ? { resourceRef: ref } : {};
      await kube.apply([
        database('labelled', beta.namespace, {}, forged),
        ...(flavour === 'claims' ? [database('referring', beta.namespace, resourceRef)] : []),
      ]);
      const instance = instanceOf(beta.namespace);
      await instance('beta serves its own', (object) => entryOf(object, 'labelled').phase === 'Connected');
      if (flavour === 'claims') {
        const claim = (object: KubeObject) => condition(object, 'Synced')?.status === 'False';
        await kube.settled('the forged claim is refused', 'database', 'referring', beta.namespace, claim);
      }
      const mine = await acme.composite('databases.dbhub.tas.io', 'shop');
      assert.equal(mine.metadata.uid, victim.metadata.uid);
      assert.deepEqual(mine.spec, victim.spec);
      const names = (object: KubeObject) =>
        object.status.resources.map(({ name }: KubeObject) => name).sort();
      assert.deepEqual(names(await kube.get('dbhubinstance', 'sales', acme.namespace)), ['reports', 'shop']);
      assert.deepEqual(names(await kube.get('dbhubinstance', 'sales', beta.namespace)), ['labelled', 'shop']);
      assert.ok(!(await values(beta.namespace)).includes('s3cret%20'), 'a value of acme’s in beta’s Secret');
      assert.ok(!(await values(acme.namespace)).includes(betas));
      const config = async (namespace: string) =>
        JSON.stringify((await kube.get('configmap', 'sales-config', namespace)).data);
      assert.ok(!(await config(beta.namespace)).includes(acme.namespace));
      assert.ok(!(await config(acme.namespace)).includes(beta.namespace));
    });

    await step('no string that servers interpolate is accepted, in any field', async () => {
      const hostile = ['${SHOP_PASSWORD}', 'a ${X} b', '{{ .Secret }}'];
      for (const value of hostile) {
        const specs = [{ description: value }, { host: value }, { database: value }];
        for (const spec of specs) {
          const object = database('hostile', beta.namespace, spec);
          await assert.rejects(kube.apply(object), /Invalid value/, JSON.stringify(spec));
        }
      }
    });
  },
};
