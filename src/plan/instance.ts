import { matchesAny } from '../contract/glob.ts';
import { canonical } from '../contract/hash.ts';
import { maxInstanceName } from '../contract/names.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Cluster } from '../contract/selector.ts';
import { acceptedToken, isBearerToken } from '../contract/token.ts';
import type { CommonInstanceSpec, ResourceSelector } from '../schema/instance.ts';
import type { Credential } from '../servers/server-type.ts';
import { allowanceOf } from './allowance.ts';
import { withinBudget } from './budget.ts';
import { credentialsOf } from './credentials.ts';
import { imageAllowed, serverImage } from './images.ts';
import type { Pending } from './problem.ts';
import { type PlannedResource, planResources } from './resources.ts';
import { lostLabel, resourceSelector, selectResources } from './select.ts';
import type { Settings } from './settings.ts';
import { parseSpec } from './spec.ts';
import type { Subject } from './subject.ts';

/** Why an Instance cannot be rendered. Its running server is not changed. */
export interface Refusal {
  reason: 'InvalidSpec' | 'NotAllowed';
  message: string;
}

/** The spec of an Instance, after it was parsed and allowed. */
export interface InstanceSpec {
  common: CommonInstanceSpec;
  policy: unknown;
  selection: ResourceSelector;
  image: string;
}

/** What an Instance is to serve. */
export interface InstancePlan extends InstanceSpec {
  /** Every selected Resource, oldest first. */
  resources: PlannedResource[];
  /** The bearer token of the clients, if the spec requests one, or why it is not available. */
  token?: Result<string, string>;
}

/** Reads the spec of an Instance, and checks what its type and the platform allow. */
export const readInstance = (subject: Subject, settings: Settings): Result<InstanceSpec, Refusal> => {
  const { type } = subject;
  const parsed = parseSpec(type.instance.spec, subject.spec);
  if (!parsed.ok) return refuse('InvalidSpec', parsed.error);
  const spec = canonical(parsed.value);
  const common = spec as CommonInstanceSpec;
  const selection = type.selection(spec) ?? {};
  const image = serverImage(common.image, type, settings);
  const lost = subject.flavour === 'claims' ? lostLabel(selection) : undefined;

  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(subject.name) || subject.name.length > maxInstanceName) {
    return refuse(
      'InvalidSpec',
      `The name must be a DNS-1035 label of at most ${maxInstanceName} characters: lowercase letters, digits and "-", beginning with a letter.`,
    );
  }
  if (lost !== undefined) {
    return refuse(
      'InvalidSpec',
      `matchLabels: "${lost}" never reaches the composite, because Crossplane drops labels of kubernetes.io and k8s.io from claims. Use another key.`,
    );
  }
  if (common.image !== undefined && !imageAllowed(common.image, type, settings)) {
    return refuse(
      'NotAllowed',
      `spec.image: the platform does not allow this image for ${type.name}: use an image that allowedImages in the EnvironmentConfig "function-mcp" lists (by default, any tag of ${type.image.repository}).`,
    );
  }
  if (
    common.serviceAccountName !== undefined &&
    !settings.allowedServiceAccounts.includes(common.serviceAccountName)
  ) {
    return refuse(
      'NotAllowed',
      'spec.serviceAccountName: the platform does not allow this service account: remove the field, or ask an administrator to add the name to allowedServiceAccounts in the EnvironmentConfig "function-mcp".',
    );
  }
  if (
    common.priorityClassName !== undefined &&
    !matchesAny(settings.allowedPriorityClasses, common.priorityClassName)
  ) {
    return refuse(
      'NotAllowed',
      `spec.priorityClassName: the platform does not allow the class "${common.priorityClassName}": remove the field, or ask an administrator to add the class to allowedPriorityClasses in the EnvironmentConfig "function-mcp".`,
    );
  }
  const annotations = Object.keys(common.podAnnotations ?? {}).filter(
    (key) => !matchesAny(settings.allowedPodAnnotations, key),
  );
  if (annotations.length > 0) {
    return refuse(
      'NotAllowed',
      `spec.podAnnotations: the platform does not allow ${annotations.map((key) => `"${key}"`).join(', ')}: remove them, or ask an administrator to add the keys to allowedPodAnnotations in the EnvironmentConfig "function-mcp".`,
    );
  }
  if (common.tolerations?.length && !settings.tolerations.allowed) {
    return refuse(
      'NotAllowed',
      'spec.tolerations: the platform does not allow tolerations: remove them, or ask an administrator to set tolerations.allowed in the EnvironmentConfig "function-mcp".',
    );
  }
  if (common.replicas > settings.limits.replicasPerInstance) {
    return refuse(
      'NotAllowed',
      `spec.replicas: the platform allows at most ${settings.limits.replicasPerInstance}.`,
    );
  }
  return ok({ common, policy: type.policy(spec), selection, image });
};

const refuse = (reason: Refusal['reason'], message: string) => fail<Refusal>({ reason, message });

/** Plans what an allowed Instance serves. Returns undefined while an object has not been fetched. */
export const planInstance = (
  subject: Subject,
  spec: InstanceSpec,
  cluster: Cluster,
  settings: Settings,
): InstancePlan | Pending => {
  const { type, namespace } = subject;
  const { common, policy, selection } = spec;
  const token = common.authTokenRef && tokenOf(common.authTokenRef, namespace, cluster, settings);
  const found = cluster.find(resourceSelector(subject, selection));
  if (!found) return undefined;
  const selected = selectResources(subject, selection, found);
  const allowance = allowanceOf(settings);
  const resources = planResources(selected, { type, namespace, policy, settings, cluster, allowance });
  if (!resources || (common.authTokenRef && !token)) return undefined;
  return { ...spec, resources: withinBudget(resources), ...(token && { token }) };
};

const tokenOf = (
  ref: { name: string; key: string },
  namespace: string,
  cluster: Cluster,
  settings: Settings,
): Result<string, string> | Pending => {
  const join = (value = '') => (isBearerToken(value) ? value : undefined);
  const values: Credential[] = [
    { purpose: 'TOKEN', keys: [ref.key], join, accepts: acceptedToken, encoding: 'plain' },
  ];
  const found = credentialsOf({ name: ref.name, values }, namespace, cluster, settings, 'authTokenRef');
  if (!found) return undefined;
  return found.ok ? ok(found.value['TOKEN'] ?? '') : fail(`authTokenRef: ${found.error.message}`);
};
