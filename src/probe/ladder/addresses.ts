import type { LookupAddress } from 'node:dns';
import { mayConnect } from '../../contract/addresses.ts';
import { Failure } from './failure.ts';

/** Those that may be connected to, as the server beside the probe would. Throws `AddressNotAllowed` where there is none. */
export const allowedAddresses = (
  addresses: LookupAddress[],
  { privateAddresses = true }: { privateAddresses?: boolean | undefined },
): LookupAddress[] => {
  const allowed = privateAddresses
    ? addresses
    : addresses.filter(({ address }) => mayConnect(address, 'public'));
  if (allowed.length === 0) throw new Failure('AddressNotAllowed');
  return allowed;
};
