import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { absoluteName } from '../../contract/hosts.ts';
import { Failure } from './failure.ts';

/** Maximum number of addresses, because they are tried one after the other within one deadline. */
const maxAddresses = 8;

const pending = new Map<string, Promise<LookupAddress[]>>();

/**
 * Resolves a host as the drivers of the servers do: with /etc/hosts and the search domains of the pod. Rejects with
 * `DNSFailed`. A lookup occupies a thread, cannot be cancelled, and may take longer than the check. So there is only
 * one lookup per host at a time, which all checks of the host share.
 */
export const resolve = (host: string): Promise<LookupAddress[]> => {
  const known = pending.get(host);
  if (known) return known;
  const answer = find(host).finally(() => pending.delete(host));
  // There may be no caller left when it fails.
  answer.catch(() => {});
  pending.set(host, answer);
  return answer;
};

const find = async (host: string): Promise<LookupAddress[]> => {
  const addresses = await lookup(absoluteName(host), { all: true }).catch(() => []);
  if (addresses.length === 0) throw new Failure('DNSFailed');
  return addresses.slice(0, maxAddresses);
};
