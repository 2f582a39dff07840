/** An IP address as a number of 32 or 128 bits. */
export interface Ip {
  bits: 32 | 128;
  value: bigint;
}

/** A range of addresses, with its host bits cleared. */
export interface Cidr extends Ip {
  prefix: number;
}

/**
 * Reads an address in its canonical notations: four decimal numbers without leading zeros, or IPv6 as in RFC 4291,
 * section 2.2, without brackets and without a zone. Returns undefined for anything else, such as `127.1` or `0x7f000001`.
 */
export const parseIp = (text: string): Ip | undefined => {
  const four = ipv4(text);
  if (four !== undefined) return { bits: 32, value: four };
  const six = ipv6(text);
  return six === undefined ? undefined : { bits: 128, value: six };
};

/**
 * Reads a range such as `10.0.0.0/8` or `fd00::/8`, and clears its host bits. A range of IPv4-mapped addresses becomes
 * the range of those IPv4 addresses, because addresses are compared in that form.
 */
export const parseCidr = (text: string): Cidr | undefined => {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const ip = parseIp(address);
  const prefix = Number(length);
  if (!ip || length === '' || prefix > ip.bits) return undefined;
  if (ip.bits === 128 && ip.value >> 32n === mapped && prefix >= 96) {
    return cleared({ bits: 32, value: ip.value & 0xffff_ffffn }, prefix - 96);
  }
  return cleared(ip, prefix);
};

const cleared = ({ bits, value }: Ip, prefix: number): Cidr => {
  const host = BigInt(bits - prefix);
  return { bits, value: (value >> host) << host, prefix };
};

/** The upper 96 bits of an IPv4-mapped address, `::ffff:0:0/96`. */
export const mapped = 0xffffn;

export const contains = (range: Cidr, ip: Ip): boolean =>
  range.bits === ip.bits && (ip.value ^ range.value) >> BigInt(range.bits - range.prefix) === 0n;

/** Whether two ranges have addresses in common. */
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);

/** The text of a range, as Kubernetes and Go write it. */
export const cidrText = ({ bits, value, prefix }: Cidr): string => {
  const parts = (size: number) =>
    Array.from({ length: bits / size }, (_, at) =>
      Number((value >> BigInt(bits - size * (at + 1))) & ((1n << BigInt(size)) - 1n)),
    );
  const address =
    bits === 32
      ? parts(8).join('.')
      : shortest(
          parts(16)
            .map((part) => part.toString(16))
            .join(':'),
        );
  return `${address}/${prefix}`;
};

/** Replaces the first of the longest runs of zeros with `::` (RFC 5952, section 4.2). */
const shortest = (address: string): string => {
  const [longest] = [...address.matchAll(/\b0(:0)+\b/g)]
    .map(([run]) => run)
    .sort((a, b) => b.length - a.length);
  if (longest === undefined) return address;
  const at = address.search(new RegExp(`\\b${longest}\\b`));
  return `${address.slice(0, at).replace(/:$/, '')}::${address.slice(at + longest.length).replace(/^:/, '')}`;
};

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const dotted = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

const ipv4 = (text: string): bigint | undefined => {
  const octets = dotted.exec(text)?.slice(1);
  return octets?.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
};

const ipv6 = (text: string): bigint | undefined => {
  const [, before, tail] = /^(.*:)([0-9.]+\.[0-9.]+)$/.exec(text) ?? [];
  const last = tail === undefined ? undefined : ipv4(tail);
  if (tail !== undefined && last === undefined) return undefined;
  const plain =
    last === undefined ? text : `${before}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const [left = [], right = []] = groups;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...left, ...Array<string>(missing).fill('0'), ...right].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
};
