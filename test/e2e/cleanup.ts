import { until } from '../../lab/process/wait.ts';
import { type Kube, type KubeObject, plurals } from './kube.ts';
import type { Flavour } from './scenario.ts';

const composed =
  'configmaps,secrets,services,serviceaccounts,deployments,networkpolicies,poddisruptionbudgets,roles,rolebindings';
const ours = 'app.kubernetes.io/managed-by=function-mcp';

/**
 * Deletes every Resource and Instance in the namespaces; then nothing that the function composed for them may be
 * left, and no pod may have been refused there. Throws with the names of what is. The namespaces go too.
 */
export async function cleanUp(kube: Kube, flavour: Flavour, namespaces: string[]): Promise<void> {
  for (const namespace of namespaces) {
    const events = await kube.list('events', namespace);
    const refused = events.find(({ message = '' }) => message.includes('violates PodSecurity'));
    if (refused) throw new Error(`a pod is not restricted: ${refused.message}`);
  }
  const uninstalled = !(await kube.get('crd', plurals[0] ?? ''));
  for (const namespace of uninstalled ? [] : namespaces) {
    const all = ['--all', '-n', namespace, '--timeout=120s'];
    await kube.kubectl('delete', plurals.join(), ...all);
  }
  await until(
    'nothing composed is left',
    async () => (await leftovers(kube, flavour, namespaces, uninstalled)).length === 0,
    {
      seconds: 60,
      everyMs: 500,
    },
  ).catch(async () => {
    throw new Error(`left behind: ${(await leftovers(kube, flavour, namespaces, uninstalled)).join(', ')}`);
  });
  if (namespaces.length > 0) await kube.kubectl('delete', 'namespace', ...namespaces, '--wait=false');
}

async function leftovers(
  kube: Kube,
  flavour: Flavour,
  namespaces: string[],
  uninstalled: boolean,
): Promise<string[]> {
  const objects: KubeObject[] = [];
  for (const namespace of namespaces) {
    objects.push(...(await kube.list(composed, namespace, ours)));
    if (flavour === 'namespaced' || uninstalled) continue;
    const tenant = `${ours},tas.io/tenant=${namespace.replace('tas-', '')}`;
    objects.push(...(await kube.list('clusterroles,clusterrolebindings', undefined, tenant)));
    const claims = `crossplane.io/claim-namespace=${namespace}`;
    objects.push(...(await kube.list(plurals.map((each) => `x${each}`).join(), undefined, claims)));
  }
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
}
