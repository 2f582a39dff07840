import type { RenderedObject } from '../../contract/kube.ts';
import type { Content } from '../content.ts';
import { type ComposeInput, keys } from '../input.ts';
import { mayCompose } from '../may-compose.ts';
import { mark } from '../rendered.ts';
import { probeDeployment } from './deployment.ts';
import { probeNetworkPolicy, probeService } from './network.ts';
import { probeRole, probeRoleBinding, probeServiceAccount } from './rights.ts';
import { probeTargets, targetsOf } from './targets.ts';

/** The objects of an Instance's companion probe. */
export const composeProbe = (input: ComposeInput, content: Content): Record<string, RenderedObject> => {
  const targets = targetsOf(input);
  // Crossplane applies in any order and stops at the first error. A binding without its role would block the other
  // objects.
  const [role, binding] = targets.api.namespaced
    ? [keys.probeRole, keys.probeRoleBinding]
    : [keys.probeClusterRole, keys.probeClusterRoleBinding];
  const bound = input.observed[role] !== undefined;
  const guarded = mayCompose(input, input.settings.compose.networkPolicies, keys.probeNetworkPolicy);
  return {
    [keys.probeTargets]: mark(probeTargets(input, targets)),
    [keys.probeServiceAccount]: mark(probeServiceAccount(input)),
    [role]: mark(probeRole(input, targets)),
    ...(bound && { [binding]: mark(probeRoleBinding(input, targets)) }),
    [keys.probeService]: mark(probeService(input)),
    [keys.probeDeployment]: mark(probeDeployment(input, content, targets)),
    ...(guarded && { [keys.probeNetworkPolicy]: mark(probeNetworkPolicy(input)) }),
  };
};
