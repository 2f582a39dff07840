import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../contract/kube.ts';

/** A Kubernetes object as the API server returns it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: Json | undefined };
  [field: string]: unknown;
}

const CREATED = '2026-03-02T09:14:07Z';

/** The uid of an object; depends only on kind, namespace and name. */
function uidOf(object: KubeObject): string {
  const { name, namespace = '' } = object.metadata;
  const hex = createHash('md5').update(`${object.kind}/${namespace}/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The `fieldsV1` of a manager that owns all of `value`, in the notation of the API server. */
function fieldsOf(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return {};
  if (Array.isArray(value)) {
    const keyed = value.every((item) => typeof item === 'object' && item !== null && 'name' in item);
    if (!keyed) return {};
    return Object.fromEntries(
      value.map((item: { name: string }) => [
        `k:{"name":${JSON.stringify(item.name)}}`,
        { '.': {}, ...(fieldsOf(item) as JsonObject) },
      ]),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`f:${key}`, fieldsOf(item)]));
}

/** The writer of a part of an object, as in `metadata.managedFields`. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  /** Top-level fields that this manager owns. */
  owns: readonly string[];
  subresource?: string;
}

function managedFields(object: KubeObject, managers: readonly Manager[]): Json[] {
  return managers.map(({ owns, ...manager }) => {
    const owned = Object.fromEntries(owns.filter((key) => key in object).map((key) => [key, object[key]]));
    return {
      ...manager,
      apiVersion: object.apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsOf(owned),
      time: CREATED,
    };
  });
}

const CROSSPLANE: readonly Manager[] = [
  {
    manager: 'apiextensions.crossplane.io/composed/9f6c5b0a7d3e',
    operation: 'Apply',
    owns: ['metadata', 'spec', 'data'],
  },
  { manager: 'kube-controller-manager', operation: 'Update', owns: ['status'], subresource: 'status' },
];

/** Adds the fields of the API server to an object: uid, versions, times and managed fields. */
export function stored(
  object: KubeObject,
  managers: readonly Manager[] = CROSSPLANE,
  revision: { generation: number; resourceVersion: number } = { generation: 1, resourceVersion: 48_213 },
): KubeObject {
  const { name, namespace, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidOf(object),
      creationTimestamp: CREATED,
      generation: revision.generation,
      resourceVersion: String(revision.resourceVersion),
      managedFields: managedFields(object, managers),
    },
  };
}

/** Adds the fields of the API server and the controllers to spec and status, as after a successful rollout. */
export function settledStatus(object: KubeObject, generation: number): KubeObject {
  if (object.kind === 'Service') {
    return {
      ...object,
      spec: {
        clusterIP: '10.96.31.7',
        clusterIPs: ['10.96.31.7'],
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        sessionAffinity: 'None',
        type: 'ClusterIP',
        ...(object['spec'] as JsonObject),
      },
      status: { loadBalancer: {} },
    };
  }
  if (object.kind !== 'Deployment') return object;
  const spec = object['spec'] as JsonObject;
  const replicas = typeof spec['replicas'] === 'number' ? spec['replicas'] : 1;
  const condition = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: CREATED,
    lastUpdateTime: CREATED,
  });
  return {
    ...object,
    spec: { progressDeadlineSeconds: 600, revisionHistoryLimit: 10, ...spec },
    status: {
      observedGeneration: generation,
      ...(replicas === 0
        ? {}
        : {
            replicas,
            updatedReplicas: replicas,
            readyReplicas: replicas,
            availableReplicas: replicas,
          }),
      conditions: [
        condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
        condition('Progressing', 'NewReplicaSetAvailable', 'ReplicaSet has successfully progressed.'),
      ],
    },
  };
}
