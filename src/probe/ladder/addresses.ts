import type { LookupAddress } from 'node:dns';
import { mayConnect } from '../../contract/addresses.ts';
import { canonicalHost } from '../../contract/hosts.ts';
import type { RunnableCheck } from '../check.ts';
import { Failure } from './failure.ts';

/** Returns the addresses that the server may connect to as well. Throws `AddressNotAllowed` if there is none. */
export const allowedAddresses = (
  addresses: LookupAddress[],
  { addresses: scope = 'inside', ranges }: Pick<RunnableCheck, 'addresses' | 'ranges'>,
): LookupAddress[] => {
  const allowed = addresses.filter(({ address }) => mayConnect(address, scope, ranges));
  if (allowed.length === 0) throw new Failure('AddressNotAllowed');
  return allowed;
};

/**
 * Throws `Redirected` if a server redirects its client to a place that the type does not allow. Otherwise, a server
 * could use the probe to scan the ports of other hosts, and read from its reasons which of them are open.
 */
export const checkRedirect = (
  { redirects }: Pick<RunnableCheck, 'redirects'>,
  host: string,
  port: number,
): void => {
  const name = canonicalHost(host);
  const known = redirects?.domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  if (!redirects || !known || port < redirects.from || port > redirects.to) throw new Failure('Redirected');
};
