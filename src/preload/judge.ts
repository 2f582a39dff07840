import { isIP } from 'node:net';
import { type AddressScope, mayConnect } from '../contract/addresses.ts';
import type { DestinationsFile } from '../contract/destinations.ts';
import { absoluteName } from '../contract/hosts.ts';

/** Judges the destinations of a process. */
export interface Judge {
  /** Which addresses are allowed for a host. Undefined if the host and port are not a destination. */
  scope: (host: string, port: number) => AddressScope | undefined;
  /** Whether a connection to an address is allowed in a scope. */
  mayConnect: (address: string, scope: AddressScope) => boolean;
  /** The name to resolve for a host: the full name of a Service, so that search domains have no effect. */
  nameOf: (host: string) => string;
  /** Stores what a name resolved to, because some drivers resolve a name first and then connect to the address. */
  resolved: (host: string, addresses: readonly string[]) => void;
}

const canonical = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/**
 * A destination is identified by its host and port, or by an address that its host last resolved to. A server that may
 * redirect its clients allows other hosts on a range of ports, but never addresses of the node.
 */
export const judgeOf = ({ targets, ranges }: DestinationsFile): Judge => {
  const allowed = (address: string, scope: AddressScope) => mayConnect(address, scope, ranges);
  const listed = new Map(
    targets.map(({ host, port, addresses }) => [`${canonical(host)}:${port}`, addresses]),
  );
  const known = new Set(targets.map(({ host }) => canonical(host)));
  const names = new Map(
    targets.map(({ host, resolve = host }) => [canonical(host), absoluteName(canonical(resolve))]),
  );
  const answers = new Map<string, ReadonlySet<string>>();

  const redirected = (port: number): AddressScope | undefined => {
    const by = targets.find(({ redirects }) => redirects && port >= redirects.from && port <= redirects.to);
    return by && (by.addresses === 'public' ? 'public' : 'inside');
  };
  const behind = (address: string, port: number): AddressScope | undefined => {
    for (const [host, addresses] of answers) {
      const scope = addresses.has(address) ? listed.get(`${host}:${port}`) : undefined;
      if (scope && allowed(address, scope)) return scope;
    }
    return undefined;
  };
  return {
    scope: (host, port) =>
      listed.get(`${canonical(host)}:${port}`) ??
      (isIP(host) === 0 ? undefined : behind(host, port)) ??
      redirected(port),
    mayConnect: allowed,
    nameOf: (host) => names.get(canonical(host)) ?? host,
    resolved(host, addresses) {
      if (known.has(canonical(host))) answers.set(canonical(host), new Set(addresses));
    },
  };
};
