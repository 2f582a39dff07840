import { type AddressScope, addressKind, type PlatformRanges } from './addresses.ts';
import { parseIp } from './ip.ts';

/** Where a host is used. A single label is a Service in this namespace. */
export interface HostContext {
  /** The tenant's namespace. */
  namespace: string;
  /** DNS domain of the cluster, such as `cluster.local`. */
  clusterDomain: string;
}

/** A host in lower case, and without a final dot. */
export const canonicalHost = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/**
 * The host to connect to. A single label is expanded to the Service with that name in the tenant's namespace, because
 * a resolver would also look it up in the search domains of the node. Other hosts are returned unchanged.
 */
export const dialledHost = (host: string, { namespace, clusterDomain }: HostContext): string => {
  const name = canonicalHost(host);
  return name.includes('.') || isNodeName(name) || parseIp(name)
    ? host
    : `${name}.${namespace}.svc.${clusterDomain}`;
};

/**
 * Whether a host is a Service: `name.namespace.svc`, with or without the domain of the cluster. A name below a Service
 * is one of its endpoints, or is derived from an address. `name.namespace` may be a public name.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export const isService = (host: string, { clusterDomain }: HostContext): boolean => {
  const [name, namespace, svc, ...domain] = canonicalHost(host).split('.');
  return (
    Boolean(name && namespace) &&
    svc === 'svc' &&
    (domain.length === 0 || domain.join('.') === canonicalHost(clusterDomain))
  );
};

/** Whether a host is an address or a name that tenants must not reach: of the node, of its cloud, or of the API server. */
export const isForbidden = (host: string, context: HostContext, ranges: PlatformRanges = {}): boolean => {
  const name = canonicalHost(host);
  if (parseIp(name)) return addressKind(name, ranges) === 'node';
  return isNodeName(name) || isApiServer(name, context.namespace);
};

/**
 * The scope of the addresses of a host. It is `any` only for a forbidden host, which is used only if the platform has
 * listed that exact name.
 */
export const scopeOfHost = (
  host: string,
  privateAddresses: boolean,
  context: HostContext,
  ranges: PlatformRanges = {},
): AddressScope => {
  if (!privateAddresses) return 'public';
  return isForbidden(host, context, ranges) ? 'any' : 'inside';
};

/**
 * A final dot makes a resolver use the full name of a Service unchanged. With fewer than five dots, it tries the search
 * domains of the pod and of the node first: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-config
 */
export const absoluteName = (host: string): string =>
  /^[^.]+\.[^.]+\.svc\.[^.]+(\.[^.]+)*$/.test(host) ? `${host}.` : host;

const isNodeName = (name: string): boolean => nodeNames.some((pattern) => pattern.test(name));

const nodeNames = [
  // this host: RFC 6761, section 6.3, and /etc/hosts of distributions
  /(^|\.)(localhost[46]?|localdomain[46]?|loopback|broadcasthost)$/,
  /^ip6-(localhost|loopback|localnet|mcastprefix|allnodes|allrouters|allhosts)$/,
  // the host machine: Docker, Podman, minikube, k3d, Lima, Rancher Desktop, OrbStack
  /(^|\.)(docker|containers|minikube|k3d|lima|rancher-desktop|orb|host)\.internal$/,
  // the metadata of clouds
  /(^|\.)(metadata|metadata\.google\.internal|metadata\.goog|metadata\.azure\.internal)$/,
  /^(instance-data|data-server)(\..+\.internal|\.internal)?$/,
  /(^|\.)(metadata\.tencentyun\.com|metadata\.platformequinix\.com|metadata\.packet\.net|metadata\.cloud\.ibm\.com)$/,
];

/**
 * The Service `kubernetes` in the namespace `default` with any cluster domain, each of its endpoints, and shorter names
 * that the search domains of a pod complete to it.
 */
const isApiServer = (name: string, namespace: string): boolean =>
  name === 'kubernetes' ||
  /(^|\.)kubernetes\.default(\.svc(\..+)?)?$/.test(name) ||
  (namespace === 'default' && /(^|\.)kubernetes$/.test(name));
