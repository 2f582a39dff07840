import type { RenderedObject } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import type { Settings } from '../../plan/settings.ts';
import { blocksBut, egressOf } from '../egress.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, selectorLabels } from '../labels.ts';

/** Port of /healthz and /metrics. */
export const probePort = 8081;

/** Ports of API servers: behind their Service, and where clouds and kubeadm put them. */
const apiServerPorts = [443, 6443];

/** Lets the probe out to where the servers may go, and to the API server; and lets in those that scrape its metrics. */
export const probeNetworkPolicy = (input: ComposeInput): RenderedObject => {
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

/** Where the API server is: as close as the platform says. Networks match its Service, its nodes, or either. */
const apiServerOf = (settings: Settings): unknown[] => {
  const { apiServerCidrs, exceptCidrs } = settings.reach;
  return apiServerCidrs.length > 0
    ? [...new Set(apiServerCidrs)].sort().map((cidr) => ({ ipBlock: { cidr } }))
    : blocksBut(exceptCidrs, settings);
};

/** The Service by which a ServiceMonitor finds the metrics. */
export const probeService = (input: ComposeInput): RenderedObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
  spec: {
    clusterIP: 'None',
    selector: selectorLabels(input, 'probe'),
    ports: [{ name: 'metrics', port: probePort, targetPort: 'metrics', protocol: 'TCP' }],
  },
});
