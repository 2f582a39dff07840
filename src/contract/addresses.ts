/**
 * What an IP address is to a pod: its node's own (this host, loopback, link-local with the metadata of clouds,
 * multicast, reserved), of an inside (private and shared networks), or public.
 */
export type AddressKind = 'node' | 'inside' | 'public';

/** Which addresses may stand behind a name: only public ones, those of an inside too, or any. */
export type AddressScope = 'public' | 'inside' | 'any';

/** Whether a server may connect to an address, as `dns.lookup` gives it. */
export const mayConnect = (address: string, scope: AddressScope): boolean => {
  const kind = addressKind(address);
  return scope === 'any' || kind === 'public' || (scope === 'inside' && kind === 'inside');
};

/** Which addresses may stand behind a host: the node's own only where it says so itself, and the platform has listed it. */
export const scopeOf = (host: string, privateAddresses: boolean): AddressScope => {
  if (!privateAddresses) return 'public';
  const named = /(^|\.)localhost$/i.test(host) || (/^[0-9.]+$/.test(host) && addressKind(host) === 'node');
  return named || /^metadata\.google\.internal$/i.test(host) ? 'any' : 'inside';
};

/** What is no address is nothing that may be connected to. */
export const addressKind = (address: string): AddressKind => {
  if (ipv4.test(address)) return ipv4Kind(address);
  const groups = ipv6Groups(address);
  return groups ? ipv6Kind(groups) : 'node';
};

const ipv4 = /^([0-9]{1,3}\.){3}[0-9]{1,3}$/;

/** https://www.iana.org/assignments/iana-ipv4-special-registry/ and Azure's own 168.63.129.16 */
const ipv4Kind = (address: string): AddressKind => {
  if (/^(0|127|169\.254|22[4-9]|2[34][0-9]|25[0-5])\./.test(address) || address === '168.63.129.16')
    return 'node';
  return /^(10|172\.(1[6-9]|2[0-9]|3[01])|192\.168|192\.0\.0|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])|198\.1[89])\./.test(
    address,
  )
    ? 'inside'
    : 'public';
};

/** https://www.iana.org/assignments/iana-ipv6-special-registry/ */
const ipv6Kind = (groups: readonly number[]): AddressKind => {
  const [first = 0, second = 0, third = 0] = groups;
  const embedded = (high = 0, low = 0) => ipv4Kind([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  const upTo = (count: number) => groups.slice(0, count).every((group) => group === 0);
  if (upTo(5) && groups[5] === 0xffff) return embedded(groups[6], groups[7]);
  // translated (NAT64) and tunnelled (6to4)
  if (first === 0x64 && second === 0xff9b) return embedded(groups[6], groups[7]);
  if (first === 0x2002) return embedded(second, third);
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0) return 'inside';
  return (first & 0xe000) === 0x2000 ? 'public' : 'node';
};

const ipv6Groups = (address: string): number[] | undefined => {
  const plain = address.replace(/%.*$/, '');
  const dotted = /^(.*:)([0-9]{1,3}(?:\.[0-9]{1,3}){3})$/.exec(plain);
  const [a = 0, b = 0, c = 0, d = 0] = dotted?.[2]?.split('.').map(Number) ?? [];
  const text = dotted ? `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}` : plain;
  if (!/^[0-9a-f:]+$/i.test(text)) return undefined;
  const [head = '', tail, ...more] = text.split('::');
  const groupsOf = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  return [...left, ...Array<number>(missing).fill(0), ...right];
};
