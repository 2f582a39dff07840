import type { LookupAddress } from 'node:dns';
import { mayConnect } from '../../contract/addresses.ts';
import { canonicalHost } from '../../contract/hosts.ts';
import type { RunnableCheck } from '../check.ts';
import { Failure } from './failure.ts';

/** Those that may be connected to, as the server beside the probe would. Throws `AddressNotAllowed` where there is none. */
export const allowedAddresses = (
  addresses: LookupAddress[],
  { addresses: scope = 'inside', ranges }: Pick<RunnableCheck, 'addresses' | 'ranges'>,
): LookupAddress[] => {
  const allowed = addresses.filter(({ address }) => mayConnect(address, scope, ranges));
  if (allowed.length === 0) throw new Failure('AddressNotAllowed');
  return allowed;
};

/**
 * Throws `Redirected` where a server sends its client to what the type does not know as a place that it sends to. So a
 * server cannot have the probe try the ports of others, and read in its reasons which of them are open.
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
