import { until } from '../cluster/wait.ts';
import type { Kube } from './kube.ts';
import type { Flavour } from './scenario.ts';

const composed =
  'configmaps,secrets,services,serviceaccounts,deployments,networkpolicies,poddisruptionbudgets,roles,rolebindings';
const clusterScoped = 'clusterroles,clusterrolebindings';
const ours = 'app.kubernetes.io/managed-by=function-mcp';

/**
 * Deletes every Database and Instance of the tenants and the Secrets that scenarios made; then nothing that the
 * function composed may be left. Throws with the names of what is.
 */
export async function cleanUp(kube: Kube, flavour: Flavour): Promise<void> {
  const namespaces = (await kube.list('namespaces')).map(({ metadata }) => metadata.name as string);
  for (const namespace of namespaces.filter((name) => name.startsWith('tas-'))) {
    const all = ['--all', '-n', namespace, '--timeout=120s'];
    await kube.kubectl('delete', 'dbhubinstances,databases', ...all);
    await kube.kubectl('delete', 'secrets', '-n', namespace, '-l', `!app.kubernetes.io/managed-by`);
  }
  await until('nothing composed is left', async () => (await leftovers(kube, flavour)).length === 0, {
    seconds: 60,
    everyMs: 500,
  }).catch(async () => {
    throw new Error(`left behind: ${(await leftovers(kube, flavour)).join(', ')}`);
  });
}

async function leftovers(kube: Kube, flavour: Flavour): Promise<string[]> {
  const objects = [
    ...(await kube.list(composed, undefined, ours)),
    ...(await kube.list(clusterScoped, undefined, ours)),
    ...(flavour === 'claims' ? await kube.list('xdatabases,xdbhubinstances') : []),
  ];
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
}
