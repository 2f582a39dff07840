import type { ComposeInput } from './input.ts';

/** Link-local, where the metadata of clouds and of nodes are. */
const never = '169.254.0.0/16';

/** A port, or several, of a NetworkPolicy. */
interface Ports {
  protocol: 'TCP';
  port: number;
  endPort?: number;
}

/**
 * Where the pods of an Instance may go: to DNS, and to the ports of its Resources, whose addresses only DNS knows;
 * never to link-local addresses, or what the platform excepts.
 */
export const egressOf = ({ plan, settings }: ComposeInput): unknown[] => {
  const destinations = plan.resources.flatMap(({ destination }) => destination ?? []);
  const ports: Ports[] = [
    ...[...new Set(destinations.map(({ port }) => port))]
      .sort((a, b) => a - b)
      .map((port): Ports => ({ protocol: 'TCP', port })),
    ...rangesOf(destinations.flatMap(({ redirects }) => redirects ?? [])),
  ];
  const dns = {
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  const to = [
    // some networks do not take a pod for an address
    { namespaceSelector: {} },
    {
      ipBlock: { cidr: '0.0.0.0/0', except: [...new Set([never, ...settings.reach.exceptCidrs])].sort() },
    },
    { ipBlock: { cidr: '::/0', except: ['fe80::/10'] } },
  ];
  return ports.length === 0 ? [dns] : [dns, { to, ports }];
};

const rangesOf = (redirects: readonly { from: number; to: number }[]): Ports[] =>
  [...new Map(redirects.map(({ from, to }) => [`${from}-${to}`, { from, to }])).values()]
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .map(({ from, to }) => ({ protocol: 'TCP', port: from, endPort: to }));
