import type { RenderedObject } from '../contract/kube.ts';
import { type Content, contentOf } from './content.ts';
import { type ComposeInput, keys } from './input.ts';
import { listenersOf } from './listeners.ts';
import { mayCompose } from './may-compose.ts';
import { configMap } from './objects/config-map.ts';
import { deployment } from './objects/deployment.ts';
import { networkPolicy } from './objects/network-policy.ts';
import { podDisruptionBudget } from './objects/pod-disruption-budget.ts';
import { secret } from './objects/secret.ts';
import { service } from './objects/service.ts';
import { serviceAccount } from './objects/service-account.ts';
import { composeProbe } from './probe/index.ts';
import { mark } from './rendered.ts';

/** The result of composing an Instance. */
export interface Composition {
  content: Content;
  /** By composed resource name. Crossplane deletes what is left out. */
  objects: Record<string, RenderedObject>;
}

/** Composes the objects of an Instance. Pure: equal input gives equal objects. */
export const composeInstance = (input: ComposeInput): Composition => {
  const { plan, settings } = input;
  const { common } = plan;
  const content = contentOf(input);
  const clients = listenersOf(input).inbound?.clients;
  const objects: Record<string, RenderedObject> = {
    [keys.configMap]: mark(configMap(input, content)),
    [keys.secret]: mark(secret(input, content), content.credentialsRevision.next),
    [keys.deployment]: mark(deployment(input, content)),
  };
  if (clients) objects[keys.service] = mark(service(input, clients));
  if (common.serviceAccountName === undefined) objects[keys.serviceAccount] = mark(serviceAccount(input));
  if (
    common.networkPolicy.enabled &&
    mayCompose(input, settings.compose.networkPolicies, keys.networkPolicy)
  ) {
    objects[keys.networkPolicy] = mark(networkPolicy(input));
  }
  const several = common.replicas >= 2 && common.podDisruptionBudget.enabled;
  if (several && mayCompose(input, settings.compose.podDisruptionBudgets, keys.podDisruptionBudget)) {
    objects[keys.podDisruptionBudget] = mark(podDisruptionBudget(input));
  }
  if (common.probe.enabled && mayCompose(input, settings.compose.probes, keys.probeDeployment)) {
    Object.assign(objects, composeProbe(input, content));
  }
  return { content, objects };
};
