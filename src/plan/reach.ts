import { addressKind, type PlatformRanges } from '../contract/addresses.ts';
import {
  canonicalHost,
  dialledHost,
  type HostContext,
  isForbidden,
  isService,
  scopeOfHost,
} from '../contract/hosts.ts';
import { parseIp } from '../contract/ip.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Destination, Place } from '../servers/server-type.ts';
import { problem } from './problem.ts';
import type { Settings } from './settings.ts';
import type { SupplyContext } from './supply-context.ts';

/** The address ranges in the platform's settings. */
export const rangesOf = ({ reach }: Pick<Settings, 'reach'>): PlatformRanges => ({
  ...(reach.insideCidrs.length > 0 && { inside: reach.insideCidrs }),
  ...(reach.apiServerCidrs.length > 0 && { node: reach.apiServerCidrs }),
  ...(reach.exceptCidrs.length > 0 && { never: reach.exceptCidrs }),
});

/**
 * Judges the host that a tenant chose as the destination of a server, and returns which addresses it may resolve to.
 * `reach.allowedHosts` decides. Addresses of the node or the cluster (loopback, the metadata of clouds, the API server)
 * are allowed only if they are listed by exactly that name. Without a list, tenants who choose what is sent can reach
 * Services of the cluster and public addresses. The process that connects judges the resolved addresses.
 * https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const reachOf = (
  destination: Destination | undefined,
  { namespace, settings }: Pick<SupplyContext, 'namespace' | 'settings'>,
): Result<Place, Problem> => {
  const context: HostContext = { namespace, clusterDomain: settings.clusterDomain };
  const ranges = rangesOf(settings);
  if (!destination) return ok({ host: '', addresses: 'inside' });
  const written = canonicalHost(destination.host);
  const dialled = dialledHost(destination.host, context);
  const host = canonicalHost(dialled);
  const refused = (why: string) =>
    problem(
      'HostNotAllowed',
      `"${destination.host}" ${why}: use another host, or ask an administrator to add it to reach.allowedHosts in the EnvironmentConfig "function-mcp".`,
    );
  const place = (privateAddresses: boolean): Result<Place, Problem> =>
    ok({
      host: dialled,
      ...(host !== written && { name: destination.host }),
      addresses: scopeOfHost(written, privateAddresses, context, ranges),
    });
  const allowed = settings.reach.allowedHosts?.map((host) =>
    canonicalHost(host.replaceAll('{namespace}', namespace)),
  );
  // A Service may be listed in any form of its name.
  const forms = [...new Set([written, ...formsOf(host, context)])];
  if (allowed?.includes(written)) return place(true);
  if (isForbidden(written, context, ranges) || isForbidden(host, context, ranges))
    return refused('is an address of the node or of the API server');
  if (allowed) {
    return allowed.some((pattern) => forms.some((form) => covers(pattern, form)))
      ? place(true)
      : refused('is not a host that the platform allows');
  }
  if (!destination.arbitrary || isService(host, context)) return place(true);
  return parseIp(host) && addressKind(host, ranges) === 'inside'
    ? refused('is a private address, which tenants can reach only if the platform allows it')
    : place(false);
};

/** The names of a Service, with and without the cluster domain. Any other host has one name. */
const formsOf = (host: string, context: HostContext): string[] => {
  if (!isService(host, context)) return [host];
  const [name, namespace] = host.split('.');
  const short = `${name}.${namespace}.svc`;
  return [short, `${short}.${canonicalHost(context.clusterDomain)}`];
};

const covers = (pattern: string, host: string): boolean =>
  pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
