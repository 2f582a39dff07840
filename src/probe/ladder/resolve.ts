import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { absoluteName } from '../../contract/hosts.ts';
import { Failure } from './failure.ts';

/** More would be tried one after the other, within one deadline. */
const maxAddresses = 8;

const pending = new Map<string, Promise<LookupAddress[]>>();

/**
 * Addresses of a host, as the servers' own drivers find them: with /etc/hosts and the search domains of the
 * pod. Rejects with `DNSFailed`. Such a lookup occupies a thread and cannot be cancelled, and may outlive
 * the climb that asked for it; so a host has no more than one under way, whoever waits for it.
 */
export const resolve = (host: string): Promise<LookupAddress[]> => {
  const known = pending.get(host);
  if (known) return known;
  const answer = find(host).finally(() => pending.delete(host));
  // Nobody may be waiting any more when it fails.
  answer.catch(() => {});
  pending.set(host, answer);
  return answer;
};

const find = async (host: string): Promise<LookupAddress[]> => {
  const addresses = await lookup(absoluteName(host), { all: true }).catch(() => []);
  if (addresses.length === 0) throw new Failure('DNSFailed');
  return addresses.slice(0, maxAddresses);
};
