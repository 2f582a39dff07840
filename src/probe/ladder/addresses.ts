import type { LookupAddress } from 'node:dns';
import { BlockList } from 'node:net';
import { Failure } from './failure.ts';

/** https://www.iana.org/assignments/iana-ipv4-special-registry/ and its like for IPv6: what is not of the public Internet. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  // an IPv4 address in the clothes of another
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  special.addSubnet(network, prefix, 'ipv6');

const isPublic = ({ address, family }: LookupAddress): boolean =>
  !special.check(address, family === 6 ? 'ipv6' : 'ipv4');

/** Those that may be connected to, as the server beside the probe would. Throws `AddressNotAllowed` where there is none. */
export const allowedAddresses = (
  addresses: LookupAddress[],
  { privateAddresses = true }: { privateAddresses?: boolean | undefined },
): LookupAddress[] => {
  const allowed = privateAddresses ? addresses : addresses.filter(isPublic);
  if (allowed.length === 0) throw new Failure('AddressNotAllowed');
  return allowed;
};
