import { until } from '../../lab/process/wait.ts';
import { condition, type Kube, type KubeObject } from './kube.ts';

/** The pods of an Instance's server, those that are ending too. */
function allPods(kube: Kube, namespace: string, instance: string): Promise<KubeObject[]> {
  const selector = `app.kubernetes.io/instance=${instance},app.kubernetes.io/component!=probe`;
  return kube.list('pods', namespace, selector);
}

/** The pods of an Instance's server that are not ending, as NAME/UID/RESTARTS. */
export async function pods(kube: Kube, namespace: string, instance: string): Promise<string[]> {
  return (await allPods(kube, namespace, instance))
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata, status }) => {
      const { initContainerStatuses = [], containerStatuses = [] } = status;
      const restarts = [...initContainerStatuses, ...containerStatuses].map(
        (each: KubeObject) => each.restartCount,
      );
      return `${metadata.name}/${metadata.uid}/${restarts.join()}`;
    })
    .sort();
}

/** Waits, when it is called, for the end of the pods that an Instance's server has now. */
export async function endOfPods(
  kube: Kube,
  namespace: string,
  instance: string,
): Promise<() => Promise<void>> {
  const uids = async () => (await allPods(kube, namespace, instance)).map(({ metadata }) => metadata.uid);
  const old = await uids();
  const ended = async () => (await uids()).every((uid) => !old.includes(uid));
  return async () => void (await until('the end of the old pods', ended));
}

/** Whether a Deployment has all the pods that it wants, each of them made and available as it is now. */
export const rolledOut = ({ metadata, spec, status }: KubeObject): boolean =>
  status.observedGeneration === metadata.generation &&
  [status.replicas, status.updatedReplicas, status.availableReplicas].every(
    (count = 0) => count === spec.replicas,
  );

/** Until every Deployment of a namespace has rolled out, and no pod there is about to end. */
export async function atRest(kube: Kube, namespace: string): Promise<void> {
  // kubectl would take processors from what is measured next
  const list = async (group: string, plural: string): Promise<KubeObject[]> => {
    const response = await kube.raw(`/${group}/namespaces/${namespace}/${plural}`);
    return ((await response.json()) as KubeObject).items;
  };
  const rests = async () =>
    (await list('apis/apps/v1', 'deployments')).every(rolledOut) &&
    (await list('api/v1', 'pods')).every(({ metadata }) => !metadata.deletionTimestamp);
  await until(`${namespace} at rest`, rests);
}

const kinds =
  'configmaps,secrets,services,serviceaccounts,deployments,networkpolicies,poddisruptionbudgets,roles,rolebindings';

/** All our objects in a namespace, as KIND/NAME/UID: the same list means that nothing was deleted or created again. */
export async function uidsOf(kube: Kube, namespace: string): Promise<string[]> {
  return (await kube.list(kinds, namespace, 'app.kubernetes.io/managed-by=function-mcp'))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}/${metadata.uid}`)
    .sort();
}

/** Applies a tenant's example and waits until its Instance is Running with every Database connected. */
export async function serveExample(
  kube: Kube,
  tenant: { namespace: string; example: () => Promise<KubeObject[]> },
  spec: object = {},
): Promise<KubeObject> {
  const objects = await tenant.example();
  await kube.apply(
    objects.map((object) =>
      object.kind === 'DBHubInstance' ? { ...object, spec: { ...object.spec, ...spec } } : object,
    ),
  );
  return running(kube, tenant.namespace);
}

/** Until the Instance is Ready and Running, and every selected Resource connected. */
export async function running(
  kube: Kube,
  namespace: string,
  kind = 'dbhubinstances.dbhub.tas.io',
  name = 'sales',
): Promise<KubeObject> {
  const good = (object: KubeObject) =>
    condition(object, 'Ready')?.status === 'True' &&
    object.status.phase === 'Running' &&
    object.status.connectedResources?.length === object.status.selectedResources;
  return kube.settled('the Instance is running', kind, name, namespace, good, { seconds: 150 });
}

/** What the Instance says of one of its Databases. */
export const entryOf = (instance: KubeObject, name: string): KubeObject =>
  instance.status?.resources?.find((entry: KubeObject) => entry.name === name) ?? {};
