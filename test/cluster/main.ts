import { fail } from '../../scripts/lib/fail.ts';
import { clusterUp, prepareCluster } from './cluster.ts';
import { type CrossplaneVersion, crossplanes, installCrossplane } from './crossplane.ts';
import { closeNode } from './node.ts';

const usage = `node test/cluster/main.ts up [CROSSPLANE] | down
  up    a Kubernetes of one node with Crossplane (${Object.keys(crossplanes).join(' or ')}; default 2.4), to try things by hand
  down  ends it and removes its state`;

const [verb, version = '2.4'] = process.argv.slice(2);
try {
  if (verb === 'up' && version in crossplanes) {
    const started = performance.now();
    await prepareCluster();
    const cluster = await clusterUp({ stays: true });
    await installCrossplane(version as CrossplaneVersion, cluster);
    console.log(`up in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    console.log(`export KUBECONFIG=${cluster.kubeconfig} E2E_REGISTRY=${cluster.registry}`);
  } else if (verb === 'down') {
    await closeNode();
  } else {
    console.log(usage);
    process.exitCode = 2;
  }
} catch (error) {
  fail(error);
}
