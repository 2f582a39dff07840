import type { JsonObject } from '../contract/kube.ts';
import { conditionOf, numberAt } from '../contract/observed.ts';
import { keys } from './input.ts';

/** The progress of an Instance's pods, read from the observed Deployment. */
export interface Rollout {
  wanted: number;
  replicas: number;
  updated: number;
  available: number;
  /** Every requested pod uses the current template and is available, and at least one pod is requested. */
  complete: boolean;
  /** Kubernetes stopped the rollout, or cannot create pods. */
  failed: boolean;
}

/**
 * Reads the Deployment's status.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export const rolloutOf = (deployment: JsonObject | undefined): Rollout => {
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 0;
  const count = (field: string): number => numberAt(deployment, 'status', field) ?? 0;
  const [replicas, updated, available] = [
    count('replicas'),
    count('updatedReplicas'),
    count('availableReplicas'),
  ];
  const current =
    count('observedGeneration') >=
    (numberAt(deployment, 'metadata', 'generation') ?? Number.POSITIVE_INFINITY);
  return {
    wanted,
    replicas,
    updated,
    available,
    complete: current && wanted > 0 && replicas === wanted && updated === wanted && available === wanted,
    failed:
      current &&
      (conditionOf(deployment, 'Progressing')?.status === 'False' ||
        conditionOf(deployment, 'ReplicaFailure')?.status === 'True'),
  };
};

/** Whether a composed resource is ready: a Deployment when its rollout is complete, any other object always. */
export const isReady = (key: string, rollout: Rollout, applied: boolean): boolean =>
  key === keys.deployment ? applied && rollout.complete : true;
