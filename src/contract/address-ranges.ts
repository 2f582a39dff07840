/**
 * What an IP address is to a pod. `node`: not meant for tenants (this host, its link, cloud metadata services, and
 * reserved ranges), and reachable only through a host that the platform lists by its exact name. `inside`: a private
 * network. `public`: the Internet.
 */
export type AddressKind = 'node' | 'inside' | 'public';

/** A range of addresses of one kind. If several ranges contain an address, the longest prefix counts. */
export interface AddressRange {
  cidr: string;
  kind: AddressKind;
  what: string;
  /** Whether the platform cannot declare the range as inside in `reach.insideCidrs`. */
  fixed?: true;
  /** Whether NetworkPolicies except the range: it answers on a network, and it is not the address of a pod. */
  excepted?: true;
  /** Number of bits before an embedded IPv4 address. The stricter of both kinds counts. */
  embeds?: 16 | 96;
}

/**
 * The only table of addresses. Plan, gate, probe and DBHub use it in TypeScript, the storage server in Go.
 * It follows the IANA registries of special-purpose addresses, and adds the cloud services in private ranges.
 * https://www.iana.org/assignments/iana-ipv4-special-registry/
 * https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
export const addressRanges: readonly AddressRange[] = [
  { cidr: '0.0.0.0/0', kind: 'public', what: 'the Internet' },
  { cidr: '0.0.0.0/8', kind: 'node', what: 'this host (RFC 791)', fixed: true },
  { cidr: '10.0.0.0/8', kind: 'inside', what: 'private (RFC 1918)' },
  { cidr: '100.64.0.0/10', kind: 'inside', what: 'shared (RFC 6598): pods and Services of some clusters' },
  {
    cidr: '100.100.0.0/16',
    kind: 'node',
    what: "Alibaba Cloud's own services, Tailscale's DNS",
    excepted: true,
  },
  {
    cidr: '100.100.100.200/32',
    kind: 'node',
    what: 'metadata of Alibaba Cloud',
    fixed: true,
    excepted: true,
  },
  { cidr: '127.0.0.0/8', kind: 'node', what: 'loopback (RFC 1122)', fixed: true },
  { cidr: '168.63.129.16/32', kind: 'node', what: 'wire server of Azure', fixed: true, excepted: true },
  {
    cidr: '169.254.0.0/16',
    kind: 'node',
    what: 'link-local (RFC 3927), metadata of clouds',
    fixed: true,
    excepted: true,
  },
  { cidr: '172.16.0.0/12', kind: 'inside', what: 'private (RFC 1918)' },
  { cidr: '192.0.0.0/24', kind: 'node', what: 'IETF protocol assignments (RFC 6890)', excepted: true },
  { cidr: '192.0.0.192/32', kind: 'node', what: 'metadata of Oracle Cloud', fixed: true, excepted: true },
  { cidr: '192.0.2.0/24', kind: 'node', what: 'documentation (RFC 5737)' },
  { cidr: '192.88.99.0/24', kind: 'node', what: '6to4 relays, deprecated (RFC 7526)' },
  { cidr: '192.168.0.0/16', kind: 'inside', what: 'private (RFC 1918)' },
  { cidr: '198.18.0.0/15', kind: 'inside', what: 'benchmarking (RFC 2544): pods of some clusters' },
  { cidr: '198.51.100.0/24', kind: 'node', what: 'documentation (RFC 5737)' },
  { cidr: '203.0.113.0/24', kind: 'node', what: 'documentation (RFC 5737)' },
  { cidr: '224.0.0.0/4', kind: 'node', what: 'multicast (RFC 5771)', fixed: true },
  { cidr: '240.0.0.0/4', kind: 'node', what: 'reserved (RFC 1112)' },
  { cidr: '255.255.255.255/32', kind: 'node', what: 'broadcast (RFC 8190)', fixed: true },

  // Outside of 2000::/3 only unique-local addresses lead anywhere: all else is loopback, translation, discard
  // (100::/64), segment routing (5f00::/16), link-local, multicast, or not allocated.
  { cidr: '::/0', kind: 'node', what: 'not global unicast (RFC 4291)' },
  {
    cidr: '::/8',
    kind: 'node',
    what: 'unspecified, loopback, IPv4-compatible, IPv4-translated',
    fixed: true,
  },
  { cidr: '64:ff9b::/96', kind: 'public', what: 'NAT64 (RFC 6052)', embeds: 96 },
  { cidr: '64:ff9b:1::/48', kind: 'node', what: 'NAT64 of a network (RFC 8215)', embeds: 96 },
  { cidr: '2000::/3', kind: 'public', what: 'the Internet' },
  {
    cidr: '2001::/23',
    kind: 'node',
    what: 'IETF protocol assignments (RFC 2928): Teredo, benchmarking, ORCHID',
  },
  { cidr: '2001:db8::/32', kind: 'node', what: 'documentation (RFC 3849)' },
  { cidr: '2002::/16', kind: 'public', what: '6to4 (RFC 3056)', embeds: 16 },
  { cidr: '3fff::/20', kind: 'node', what: 'documentation (RFC 9637)' },
  { cidr: 'fc00::/7', kind: 'inside', what: 'unique-local (RFC 4193)' },
  { cidr: 'fd00:42::/48', kind: 'node', what: 'metadata of Scaleway', fixed: true, excepted: true },
  { cidr: 'fd00:a9fe:a9fe::/48', kind: 'node', what: 'metadata of Akamai', fixed: true, excepted: true },
  { cidr: 'fd00:c1::/48', kind: 'node', what: 'metadata of Oracle Cloud', fixed: true, excepted: true },
  { cidr: 'fd00:ec2::/32', kind: 'node', what: 'metadata of AWS', fixed: true, excepted: true },
  { cidr: 'fd20:ce::/48', kind: 'node', what: 'metadata of Google Cloud', fixed: true, excepted: true },
  { cidr: 'fe80::/10', kind: 'node', what: 'link-local (RFC 4291)', fixed: true, excepted: true },
  { cidr: 'fec0::/10', kind: 'inside', what: 'site-local, deprecated (RFC 3879)' },
  { cidr: 'ff00::/8', kind: 'node', what: 'multicast (RFC 4291)', fixed: true },
];
