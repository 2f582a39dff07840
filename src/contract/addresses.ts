import { type AddressKind, addressRanges } from './address-ranges.ts';
import { type Cidr, contains, type Ip, mapped, parseCidr, parseIp } from './ip.ts';

/** Which addresses a host may resolve to: public ones only, also those of a private network, or any. */
export type AddressScope = 'public' | 'inside' | 'any';

/** Ranges that the platform configures, which override the table. The CIDRs must be valid. */
export interface PlatformRanges {
  /** Private networks in ranges that are otherwise public or reserved. */
  inside?: readonly string[] | undefined;
  /** Treated as `node`: the addresses of the API server. */
  node?: readonly string[] | undefined;
  /** Not reachable in any scope. */
  never?: readonly string[] | undefined;
}

/**
 * Whether a connection of a scope may go to an address, as `dns.lookup` returns it. Plan, gate, probe and DBHub all
 * use this function. `addresses.go` of the storage server uses the same table and is tested with the same vectors.
 */
export const mayConnect = (address: string, scope: AddressScope, ranges: PlatformRanges = {}): boolean => {
  const ip = unmapped(address);
  if (ip && isIn(ranges.never, ip)) return false;
  if (scope === 'any') return true;
  const kind = addressKind(address, ranges);
  return kind === 'public' || (scope === 'inside' && kind === 'inside');
};

/** The kind of an address. Text that is not an address in canonical notation, or that has a zone, is `node`. */
export const addressKind = (address: string, ranges: PlatformRanges = {}): AddressKind => {
  const ip = unmapped(address);
  return ip ? kindOf(ip, ranges) : 'node';
};

/** Converts an IPv4-mapped address to the IPv4 address that the kernel connects to. */
const unmapped = (address: string): Ip | undefined => {
  const ip = parseIp(address);
  return ip?.bits === 128 && ip.value >> 32n === mapped ? ipv4(ip.value) : ip;
};

const ipv4 = (value: bigint): Ip => ({ bits: 32, value: value & 0xffff_ffffn });

const table = addressRanges
  .map((range) => ({ ...range, block: parseCidr(range.cidr) as Cidr }))
  .sort((a, b) => b.block.prefix - a.block.prefix);

/** The strictest kind of an address and of the IPv4 addresses that are embedded in it. */
const kindOf = (ip: Ip, ranges: PlatformRanges): AddressKind => {
  if (isIn(ranges.node, ip)) return 'node';
  const holding = table.find(({ block }) => contains(block, ip));
  const declared = !holding?.fixed && isIn(ranges.inside, ip);
  const own = declared ? 'inside' : (holding?.kind ?? 'node');
  return worst([own, ...carriedBy(ip, holding?.embeds).map((carried) => kindOf(carried, ranges))]);
};

/**
 * The IPv4 addresses that are embedded in an IPv6 address: as its range says, or after the ISATAP identifier (RFC 5214,
 * section 6.1). 169.254.169.254 counts at the end of any prefix, because some clouds number their metadata service so.
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
