import type {
  NetworkPolicyEgressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1.d.ts';
import { addressRanges } from '../contract/address-ranges.ts';
import { type Cidr, cidrText, contains, overlaps, parseCidr } from '../contract/ip.ts';
import type { Written } from '../contract/kube.ts';
import type { Settings } from '../plan/settings.ts';
import type { ComposeInput } from './input.ts';

/**
 * Where the pods of an Instance may connect: to DNS, and to the ports of its Resources at any address, because only DNS
 * knows their addresses. Metadata addresses of clouds and nodes, and the platform's exceptions, are always excluded.
 */
export const egressOf = ({ plan, settings }: ComposeInput): Written<NetworkPolicyEgressRule>[] => {
  const destinations = plan.resources.flatMap(({ destination }) => destination ?? []);
  const ports: NetworkPolicyPort[] = [
    ...[...new Set(destinations.map(({ port }) => port))]
      .sort((a, b) => a - b)
      .map((port): NetworkPolicyPort => ({ protocol: 'TCP', port })),
    ...rangesOf(destinations.flatMap(({ redirects }) => redirects ?? [])),
  ];
  const dns = {
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  const { exceptCidrs, apiServerCidrs } = settings.reach;
  const to = [...podsOf(settings), ...blocksBut([...exceptCidrs, ...apiServerCidrs], settings)];
  return ports.length === 0 ? [dns] : [dns, { to, ports }];
};

/**
 * Selects pods by their namespaces, because some network plugins do not match pods by address. Such a pod is reachable
 * even if a block excludes its address. So if the platform excludes any address, it must list these namespaces.
 */
const podsOf = ({
  reach: { exceptCidrs, apiServerCidrs, podNamespaces },
}: Settings): Written<NetworkPolicyPeer>[] => {
  if (!podNamespaces && exceptCidrs.length + apiServerCidrs.length === 0) return [{ namespaceSelector: {} }];
  return [
    { podSelector: {} },
    ...[...new Set(podNamespaces)].sort().map((name) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    })),
  ];
};

/** All addresses except the given ones and the metadata addresses of clouds and nodes. */
export const blocksBut = (
  cidrs: readonly string[],
  { reach }: Pick<Settings, 'reach'>,
): Written<NetworkPolicyPeer>[] => {
  const parsed = (texts: readonly string[]) => texts.flatMap((text) => parseCidr(text) ?? []);
  const inside = parsed(reach.insideCidrs);
  const always = addressRanges
    .filter(({ excepted }) => excepted)
    .flatMap(({ cidr, fixed }) => parsed([cidr]).map((block) => ({ block, fixed })))
    .filter(({ block, fixed }) => fixed || !inside.some((other) => overlaps(other, block)))
    .map(({ block }) => block);
  const except = outermost([...always, ...parsed(cidrs)]);
  const of = (bits: number) =>
    except
      .filter((block) => block.bits === bits)
      .sort((a, b) => (a.value < b.value ? -1 : 1))
      .map(cidrText);
  return [{ ipBlock: { cidr: '0.0.0.0/0', except: of(32) } }, { ipBlock: { cidr: '::/0', except: of(128) } }];
};

/** Removes blocks that another block contains. */
const outermost = (blocks: readonly Cidr[]): Cidr[] =>
  blocks.filter(
    (block, at) =>
      !blocks.some(
        (other, index) =>
          index !== at &&
          contains(other, block) &&
          other.prefix <= block.prefix &&
          (other.prefix < block.prefix || index < at),
      ),
  );

const rangesOf = (redirects: readonly { from: number; to: number }[]): NetworkPolicyPort[] =>
  [...new Map(redirects.map(({ from, to }) => [`${from}-${to}`, { from, to }])).values()]
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .map(({ from, to }) => ({ protocol: 'TCP', port: from, endPort: to }));
