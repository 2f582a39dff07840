import type { JsonObject } from '../contract/kube.ts';
import type { Release } from '../contract/release.ts';
import type { InstancePlan } from '../plan/instance.ts';
import type { Settings } from '../plan/settings.ts';
import type { Subject } from '../plan/subject.ts';

/** Everything that the objects of an Instance are composed from. */
export interface ComposeInput {
  subject: Subject;
  plan: InstancePlan;
  settings: Settings;
  /** Existing objects, by composed resource name. */
  observed: Readonly<Record<string, JsonObject>>;
  /** Objects that are about to be adopted, by composed resource name. Only their revisions are used. */
  takenOver?: Readonly<Record<string, JsonObject>>;
  release: Release;
}

/**
 * Names of composed resources. They must never change, because Crossplane deletes a resource that is no longer
 * returned.
 */
export const keys = {
  configMap: 'config',
  secret: 'credentials',
  serviceAccount: 'service-account',
  deployment: 'deployment',
  service: 'service',
  networkPolicy: 'network-policy',
  podDisruptionBudget: 'pod-disruption-budget',
  externalSecret: 'external-secret',
  probeTargets: 'probe-targets',
  probeServiceAccount: 'probe-service-account',
  probeRole: 'probe-role',
  probeRoleBinding: 'probe-role-binding',
  probeClusterRole: 'probe-role-cluster',
  probeClusterRoleBinding: 'probe-role-cluster-binding',
  probeNetworkPolicy: 'probe-network-policy',
  probeService: 'probe-service',
  probeDeployment: 'probe-deployment',
} as const;
