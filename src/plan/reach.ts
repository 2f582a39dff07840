import { addressKind } from '../contract/addresses.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Destination } from '../servers/server-type.ts';
import { problem } from './problem.ts';
import type { SupplyContext } from './supply-context.ts';

/** How far a Resource may lead its server. */
export interface Reach {
  /** Whether a private address may stand behind its host. */
  privateAddresses: boolean;
}

/**
 * Judges where a Resource leads its server, which is a tenant's choice. `reach.allowedHosts` decides, and what is
 * the node's own or the cluster's (loopback, the clouds' metadata, the API server) is reached only where it is
 * listed by its very name. Without a list tenants who choose what is sent there reach the Services of the cluster and
 * public addresses; what a name resolves to is judged by the server's side and by the probe.
 * https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const reachOf = (
  destination: Destination | undefined,
  { namespace, settings }: Pick<SupplyContext, 'namespace' | 'settings'>,
): Result<Reach, Problem> => {
  if (!destination) return ok({ privateAddresses: true });
  const host = canonical(destination.host);
  const refused = (why: string) =>
    problem(
      'HostNotAllowed',
      `"${destination.host}" ${why}: name another host, or have it listed in reach.allowedHosts of the EnvironmentConfig "function-mcp".`,
    );
  const allowed = settings.reach.allowedHosts?.map((host) =>
    canonical(host.replaceAll('{namespace}', namespace)),
  );
  if (allowed?.includes(host)) return ok({ privateAddresses: true });
  if (isForbidden(host)) return refused('is the node itself, or the API server');
  if (allowed) {
    return allowed.some((pattern) => covers(pattern, host))
      ? ok({ privateAddresses: true })
      : refused('is not a host that the platform lets tenants reach');
  }
  if (!destination.arbitrary || isOfCluster(host)) return ok({ privateAddresses: true });
  return isAddress(host) && addressKind(host) === 'inside'
    ? refused('is a private address, which tenants reach only if the platform says so')
    : ok({ privateAddresses: false });
};

const canonical = (host: string): string => host.toLowerCase().replace(/\.$/, '');

const covers = (pattern: string, host: string): boolean =>
  pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));

/** The schema takes no other number for a host than four of an IPv4 address. */
const isAddress = (host: string): boolean => /^[0-9.]+$/.test(host);

const isForbidden = (host: string): boolean =>
  isAddress(host)
    ? addressKind(host) === 'node'
    : /(^|\.)localhost$/.test(host) ||
      /^kubernetes(\.default(\.svc(\.cluster\.local)?)?)?$/.test(host) ||
      host === 'metadata.google.internal';

/** A name that only the cluster's DNS answers; `name.namespace` could be anybody's. */
const isOfCluster = (host: string): boolean => /^[^.]+$|\.svc$|\.svc\.cluster\.local$/.test(host);
