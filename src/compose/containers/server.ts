import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { configDir } from '../../contract/config-files.ts';
import type { Written } from '../../contract/kube.ts';
import { dataKeys, objectNames } from '../../contract/names.ts';
import type { ServerContainer } from '../../servers/server-type.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { type Listener, listenersOf } from '../listeners.ts';
import { containerSecurityContext } from '../pod-security.ts';
import { sourceMounts, volumeNames } from './volumes.ts';

/** Every name under which a Service can be addressed from within the cluster. */
export const serviceNames = (name: string, namespace: string): string[] => [
  name,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}.svc.cluster.local`,
];

/** The server's container. */
export const serverContainer = (input: ComposeInput, content: Content): Written<Container> => {
  const { subject, plan } = input;
  const { type, name, namespace } = subject;
  const { common } = plan;
  const { tokenEnv, endsGently } = type.serves;
  const { inbound } = listenersOf(input);
  const server = type.container({
    transport: inbound ? 'http' : 'stdio',
    address: inbound?.server.host ?? '127.0.0.1',
    port: inbound?.server.port ?? common.port,
    configDir,
    configPath: `${configDir}/${type.configFile}`,
    serviceNames: serviceNames(name, namespace),
  });
  return {
    name: type.name,
    image: plan.image,
    imagePullPolicy: common.imagePullPolicy,
    ...(server.command && { command: server.command }),
    args: server.args,
    env: [
      ...Object.entries({ HOME: '/tmp', ...server.env }).map(([name, value]) => ({ name, value })),
      // asked for even where there is none: a pod without its token then never starts
      ...(plan.token === undefined || tokenEnv === undefined ? [] : [tokenVariable(tokenEnv, name)]),
    ],
    ...(inbound
      ? {
          ...probed(inbound.clients, type.serves.healthPath),
          ...(!endsGently && { lifecycle: lastRequests }),
        }
      : { stdin: true }),
    resources: resources(common.resources, server),
    securityContext: containerSecurityContext,
    volumeMounts: [
      { name: volumeNames.config, mountPath: configDir, readOnly: true },
      { name: volumeNames.tmp, mountPath: '/tmp' },
      ...sourceMounts(content),
    ],
  };
};

/** An environment variable with the clients' bearer token. */
export const tokenVariable = (name: string, instance: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: objectNames(instance).secret, key: dataKeys.authToken } },
});

/**
 * The port of the pod, and the probes of the server, which take the way of its clients. They belong to the server also
 * where a sidecar listens on that port: Services of Kubernetes 1.30 do not find named ports of sidecars, the kubelet
 * restarts the container that a probe belongs to, and a sidecar whose probe waits for the server would keep the server
 * from starting. https://github.com/kubernetes/kubernetes/pull/128850
 */
const probed = ({ port }: Listener, path: string) => {
  const httpGet = { path, port: 'http' };
  return {
    ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
    startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 3 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
};

/**
 * Keeps the server running after the pod was told to end: for the seconds that nodes need to remove the pod from the
 * Service, and for calls in progress, which servers drop at SIGTERM, as long as a query may take by default. Sidecars
 * need no such pause, because they are told to end when the server has ended.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
const lastRequests = { preStop: { sleep: { seconds: 15 } } };

type Quantities = Readonly<Record<string, string | number>>;

/** The defaults of the type for quantities that the tenant does not set. A default never contradicts a quantity that the tenant sets. */
const resources = (wanted: ComposeInput['plan']['common']['resources'], server: ServerContainer) => ({
  requests: quantities(wanted?.requests ?? without(server.requests, wanted?.limits)),
  limits: quantities(wanted?.limits ?? without(server.limits, wanted?.requests)),
});

const quantities = (values: Quantities) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const without = (defaults: Quantities, said: Quantities = {}): Quantities =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => !Object.hasOwn(said, name)));
