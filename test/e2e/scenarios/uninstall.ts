import assert from 'node:assert/strict';
import { until } from '../../../lab/process/wait.ts';
import { installed } from '../install.ts';
import { plurals } from '../kube.ts';
import { serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

export const uninstall: Scenario = {
  name: 'uninstall',
  title: 'Uninstalled as the guide says, none of our objects is left, and the Secrets of tenants are',
  company: 'alone',
  core: true,
  async run({ kube, flavour, tenant }, { step }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    await step('the example runs', () => serveExample(kube, acme));

    await step(
      'Instances and Databases first: what was composed goes, the tenant’s Secrets stay',
      async () => {
        await kube.kubectl('delete', plurals.join(), '--all', '-A', '--wait', '--timeout=120s');
        const secrets = async () =>
          (await kube.list('secrets', namespace)).map(({ metadata }) => metadata.name);
        const alone = async () =>
          (await secrets()).toSorted((a, b) => a.localeCompare(b)).join() === 'reports-db,shop-db';
        await until('the Secrets of the tenant alone', alone);
      },
    );

    await step('the packages: none of our APIs and workloads is left', async () => {
      await kube.delete('configuration.pkg', installed[flavour]);
      await kube.delete('function.pkg', installed.function);
      const apis = 'crds,compositions,compositeresourcedefinitions,deployments';
      const ours = async () =>
        (await kube.list(apis))
          .filter(
            ({ spec, metadata }) =>
              /tas\.io/.test(`${metadata.name} ${spec?.group}`) || metadata.name.startsWith('tas-'),
          )
          .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      await until('none of our objects left', async () => (await ours()).length === 0, { seconds: 90 }).catch(
        async () => assert.deepEqual(await ours(), []),
      );
    });

    await step('settings and rights last', async () => {
      await kube.delete('environmentconfig', 'function-mcp');
      await kube.delete('clusterrole', 'function-mcp');
      const rights = async () =>
        (await kube.kubectl('get', 'clusterrole', 'crossplane', '-o', 'json')).includes('networkpolicies');
      await until('Crossplane without the rights', async () => !(await rights()));
    });
  },
};
