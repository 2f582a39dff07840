import type { PlatformRanges } from './addresses.ts';
import { parseIp } from './ip.ts';

/**
 * Adds the address of the API server's Service, which Kubernetes sets in the environment of every container. A tenant's
 * Service could be another name for this address. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export const withOwnApiServer = (
  ranges: PlatformRanges | undefined,
  { KUBERNETES_SERVICE_HOST: host = '' }: Readonly<Record<string, string | undefined>>,
): PlatformRanges => {
  const ip = parseIp(host);
  return ip ? { ...ranges, node: [...(ranges?.node ?? []), `${host}/${ip.bits}`] } : { ...ranges };
};
