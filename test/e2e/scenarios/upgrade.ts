import assert from 'node:assert/strict';
import { join } from 'node:path';
import { must } from '../../../lab/process/run.ts';
import { temporaryFolder } from '../../../lab/process/server-process.ts';
import { until } from '../../../lab/process/wait.ts';
import { ensureTool } from '../../../lab/tools/build.ts';
import { healthy, installed, packageAt, publish, releaseFor } from '../install.ts';
import { isTrue, type KubeObject } from '../kube.ts';
import { pods, running, serveExample, uidsOf } from '../objects.ts';
import type { Scenario, World } from '../scenario.ts';
import { noneFailed } from '../tenant.ts';

const next = '0.1.1';
const broken = 'v0.1.2';

export const upgrade: Scenario = {
  name: 'upgrade',
  title: 'The next release restarts no pod; a broken one is rolled back, and nothing is lost by either',
  company: 'alone',
  async restore(world) {
    await changeBoth(world, world.release.version);
    await healthy(world.kube, world.flavour);
  },
  async run(world, { step, figure }) {
    const { kube, cluster, flavour, images, release, tenant } = world;
    const acme = await tenant('acme');
    const { namespace } = acme;
    const { registry } = cluster;
    const releaseLabel = async () =>
      (await kube.get('deployment', 'sales', namespace)).metadata.labels['app.kubernetes.io/version'];

    await step('the example runs', () => serveExample(kube, acme));
    const [served, before] = [await pods(kube, namespace, 'sales'), await uidsOf(kube, namespace)];
    const first = await releaseLabel();

    await step('the next release, as the guide says: the function, then the Configuration', async () => {
      const newer = await releaseFor(registry, undefined, next);
      await publish(registry, flavour, newer);
      const queries = await acme.calling('sales', 'execute_sql_shop', { sql: 'SELECT 1 AS one' });
      const began = performance.now();
      await changeBoth(world, newer.version);
      const labelled = ({ metadata }: KubeObject) => metadata.labels['app.kubernetes.io/version'] !== first;
      const options = { seconds: 180 };
      await kube.settled('composed by the next release', 'deployment', 'sales', namespace, labelled, options);
      figure('upgrade until the first object is its', `${((performance.now() - began) / 1000).toFixed(1)} s`);
      await healthy(kube, flavour);
      await running(kube, namespace);
      await noneFailed('queries during the upgrade', queries, figure);
      assert.deepEqual(await pods(kube, namespace, 'sales'), served);
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });

    await step('a release whose function does not start: everything stays as it is', async () => {
      await pushBroken(packageAt(registry, 'function', broken), images.client);
      await change(world, 'function', broken);
      const unhealthy = (object: KubeObject) =>
        !isTrue(object, 'Healthy') && object.spec.package.endsWith(broken);
      await kube.settled('not healthy', 'function.pkg', installed.function, undefined, unhealthy, {
        seconds: 120,
      });
      const touched = ['dbhubinstance/sales', 'database/shop', 'database/reports'];
      await kube.kubectl('annotate', ...touched, 'e2e=touched', '-n', namespace);
      // One call in progress may wait for its answer for minutes; the others do not.
      const composites = async () => [
        await acme.composite('dbhubinstances.dbhub.tas.io', 'sales'),
        await acme.composite('databases.dbhub.tas.io', 'shop'),
        await acme.composite('databases.dbhub.tas.io', 'reports'),
      ];
      const stuck = async () => (await composites()).some((each) => !isTrue(each, 'Synced'));
      await until('a reconcile without a function', stuck, { seconds: 120 });
      assert.match(await acme.call('sales', 'execute_sql_shop', { sql: 'SELECT 1 AS one' }), /1/);
      assert.deepEqual(await pods(kube, namespace, 'sales'), served);
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });

    await step('rolled back to the release before: healthy, and composing again', async () => {
      await changeBoth(world, release.version);
      const labelled = ({ metadata }: KubeObject) => metadata.labels['app.kubernetes.io/version'] === first;
      const options = { seconds: 240 };
      await kube.settled(
        'composed by the first release',
        'deployment',
        'sales',
        namespace,
        labelled,
        options,
      );
      await healthy(kube, flavour);
      await running(kube, namespace);
      assert.deepEqual(await pods(kube, namespace, 'sales'), served);
      assert.deepEqual(await uidsOf(kube, namespace), before);
    });
  },
};

type Installed = Pick<World, 'kube' | 'cluster' | 'flavour'>;

const change = (
  { kube, cluster }: Installed,
  part: keyof typeof installed,
  version: string,
): Promise<void> => {
  const kind = part === 'function' ? 'function.pkg' : 'configuration.pkg';
  const image = packageAt(cluster.registry, part, version);
  return kube.patch(kind, installed[part], undefined, { spec: { package: image } });
};

async function changeBoth(world: Installed, version: string): Promise<void> {
  await change(world, 'function', version);
  await change(world, world.flavour, version);
}

/** A Function package with an image in it that is no function. */
async function pushBroken(target: string, image: string): Promise<void> {
  const folder = await temporaryFolder('function-mcp-broken');
  const [runtime, file] = [join(folder, 'runtime.tar'), join(folder, 'broken.xpkg')];
  await must(await ensureTool('crane'), ['pull', '--insecure', image, runtime]);
  const root = join(import.meta.dirname, '../../../package');
  const crossplane = await ensureTool('crossplane');
  const examples = ['--examples-root', folder];
  const build = ['xpkg', 'build', '--package-root', root, ...examples, '--package-file', file];
  await must(crossplane, [...build, '--embed-runtime-image-tarball', runtime]);
  await must(crossplane, ['xpkg', 'push', '--insecure-skip-tls-verify', '--package-files', file, target]);
}
