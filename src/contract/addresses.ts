import { type AddressKind, addressRanges } from './address-ranges.ts';
import { type Cidr, contains, type Ip, mapped, parseCidr, parseIp } from './ip.ts';

/** Which addresses may stand behind a host: only public ones, those of a private network too, or any. */
export type AddressScope = 'public' | 'inside' | 'any';

/** What the platform says of ranges, over the table: CIDRs, which have been parsed before. */
export interface PlatformRanges {
  /** Private networks in ranges that are otherwise public, or nobody's. */
  inside?: readonly string[] | undefined;
  /** As the node's own: the API server. */
  node?: readonly string[] | undefined;
  /** Reached by nobody, whatever the scope. */
  never?: readonly string[] | undefined;
}

/**
 * Whether a connection of a scope may go to an address, as `dns.lookup` gives it. The one answer for plan, gate, probe
 * and DBHub; `addresses.go` of the storage server is held to the same table and the same vectors.
 */
export const mayConnect = (address: string, scope: AddressScope, ranges: PlatformRanges = {}): boolean => {
  const ip = unmapped(address);
  if (ip && isIn(ranges.never, ip)) return false;
  if (scope === 'any') return true;
  const kind = addressKind(address, ranges);
  return kind === 'public' || (scope === 'inside' && kind === 'inside');
};

/** The kind of an address. What is not an address in canonical notation, or has a zone, is the node's own. */
export const addressKind = (address: string, ranges: PlatformRanges = {}): AddressKind => {
  const ip = unmapped(address);
  return ip ? kindOf(ip, ranges) : 'node';
};

/** An IPv4-mapped address is that IPv4 address: the kernel connects to it. */
const unmapped = (address: string): Ip | undefined => {
  const ip = parseIp(address);
  return ip?.bits === 128 && ip.value >> 32n === mapped ? ipv4(ip.value) : ip;
};

const ipv4 = (value: bigint): Ip => ({ bits: 32, value: value & 0xffff_ffffn });

const table = addressRanges
  .map((range) => ({ ...range, block: parseCidr(range.cidr) as Cidr }))
  .sort((a, b) => b.block.prefix - a.block.prefix);

/** The worst of what is known of an address, and of an IPv4 address that it carries. */
const kindOf = (ip: Ip, ranges: PlatformRanges): AddressKind => {
  if (isIn(ranges.node, ip)) return 'node';
  const holding = table.find(({ block }) => contains(block, ip));
  const declared = !holding?.fixed && isIn(ranges.inside, ip);
  const own = declared ? 'inside' : (holding?.kind ?? 'node');
  return worst([own, ...carriedBy(ip, holding?.embeds).map((carried) => kindOf(carried, ranges))]);
};

/**
 * The IPv4 addresses in an IPv6 address: of its range, or after the mark of ISATAP (RFC 5214, section 6.1). The
 * address of the clouds' metadata counts at the end of any prefix: so some clouds number theirs in IPv6.
 */
const carriedBy = ({ bits, value }: Ip, embeds: number | undefined): Ip[] => {
  if (bits === 32) return [];
  const last = ipv4(value);
  const isatap = ((value >> 32n) & 0xfdff_ffffn) === 0x5efen;
  return [
    ...(embeds === undefined ? [] : [ipv4(value >> BigInt(96 - embeds))]),
    ...(isatap || last.value === metadata ? [last] : []),
  ];
};

/** 169.254.169.254 */
const metadata = 0xa9fe_a9fen;

const order = ['public', 'inside', 'node'] as const;
const worst = (kinds: readonly AddressKind[]): AddressKind =>
  order[Math.max(...kinds.map((kind) => order.indexOf(kind)))] ?? 'node';

const isIn = (cidrs: readonly string[] | undefined, ip: Ip): boolean =>
  cidrs?.some((cidr) => {
    const block = parseCidr(cidr);
    return block !== undefined && contains(block, ip);
  }) ?? false;
