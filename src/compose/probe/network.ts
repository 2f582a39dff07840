import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1.d.ts';
import type { Rendered, Written } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import type { Settings } from '../../plan/settings.ts';
import { blocksBut, egressOf } from '../egress.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, selectorLabels } from '../labels.ts';
import { probePort } from '../listeners.ts';

/** Ports of API servers: the port of the Service, and the port that cloud providers and kubeadm use. */
const apiServerPorts = [443, 6443];

/**
 * Allows the probe to connect to the destinations of the server and to the API server, and allows scrapers of its
 * metrics.
 */
export const probeNetworkPolicy = (input: ComposeInput): Rendered<NetworkPolicy> => {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
    spec: {
      podSelector: { matchLabels: selectorLabels(input, 'probe') },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            { podSelector: {} },
            ...input.settings.probe.scrapeNamespaces.map((name) => ({
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
            })),
          ],
          ports: [{ protocol: 'TCP', port: probePort }],
        },
      ],
      egress: [
        ...egressOf(input),
        {
          to: apiServerOf(input.settings),
          ports: apiServerPorts.map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
  };
};

/**
 * Where the API server is, as precisely as the platform states. Network plugins match its Service, its nodes, or both.
 */
const apiServerOf = (settings: Settings): Written<NetworkPolicyPeer>[] => {
  const { apiServerCidrs, exceptCidrs } = settings.reach;
  return apiServerCidrs.length > 0
    ? [...new Set(apiServerCidrs)].sort().map((cidr) => ({ ipBlock: { cidr } }))
    : blocksBut(exceptCidrs, settings);
};

/** The Service that a ServiceMonitor uses to find the metrics. */
export const probeService = (input: ComposeInput): Rendered<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
  spec: {
    clusterIP: 'None',
    selector: selectorLabels(input, 'probe'),
    ports: [{ name: 'metrics', port: probePort, targetPort: 'metrics', protocol: 'TCP' }],
  },
});
