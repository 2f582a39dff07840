import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import { egressOf } from '../egress.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, selectorLabels } from '../labels.ts';
import { listenersOf } from '../listeners.ts';

/**
 * Only the tenant's own namespace and those that the Instance names reach the server; nobody where it serves no
 * port. It reaches DNS and the ports of its Resources, whose addresses only DNS knows.
 */
export const networkPolicy = (input: ComposeInput): Rendered<NetworkPolicy> => {
  const { networkPolicy } = input.plan.common;
  const clients = listenersOf(input).inbound?.clients;
  const namespaces = [...new Set(networkPolicy.allowedNamespaces)].sort();
  const from = [
    { podSelector: {} },
    ...namespaces.map((name) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    })),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(input, objectNames(input.subject.name).networkPolicy),
    spec: {
      podSelector: { matchLabels: selectorLabels(input) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: clients ? [{ from, ports: [{ protocol: 'TCP', port: clients.port }] }] : [],
      egress: egressOf(input),
    },
  };
};
