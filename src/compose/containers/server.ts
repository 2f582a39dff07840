import { configDir } from '../../contract/config-files.ts';
import { dataKeys, objectNames } from '../../contract/names.ts';
import type { ServerContainer } from '../../servers/server-type.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { containerSecurityContext } from '../pod-security.ts';
import { sourceMounts, volumeNames } from './volumes.ts';

/** Port that a server listens on behind a sidecar. */
export const bridgedPort = (port: number): number => (port === 65535 ? port - 1 : port + 1);

/** Every name under which a Service can be addressed from within the cluster. */
export const serviceNames = (name: string, namespace: string): string[] => [
  name,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}.svc.cluster.local`,
];

/** How the type runs its server in this Instance. */
export const serverOf = (input: Pick<ComposeInput, 'subject' | 'plan'>): ServerContainer => {
  const { subject, plan } = input;
  const { transport, port } = plan.common;
  const run = (address: '0.0.0.0' | '127.0.0.1', at: number) =>
    subject.type.container({
      transport: transport === 'stdio' ? 'stdio' : 'http',
      address,
      port: at,
      configDir,
      configPath: `${configDir}/${subject.type.configFile}`,
      serviceNames: serviceNames(subject.name, subject.namespace),
    });
  const server = run('0.0.0.0', port);
  return isHidden(server, input) ? run('127.0.0.1', bridgedPort(port)) : server;
};

/** Whether clients have to show a token that the server knows nothing of: a sidecar asks for it. */
export const isGuarded = ({ tokenEnv }: ServerContainer, { plan }: Pick<ComposeInput, 'plan'>): boolean =>
  tokenEnv === undefined && plan.token !== undefined && plan.common.transport !== 'stdio';

/** Whether only a sidecar connects to the server. It then listens on loopback. */
const isHidden = (server: ServerContainer, input: Pick<ComposeInput, 'plan'>): boolean =>
  isGuarded(server, input) || input.plan.common.transport === 'sse';

/** The server's container. */
export const serverContainer = (input: ComposeInput, content: Content): Record<string, unknown> => {
  const { subject, plan } = input;
  const { common } = plan;
  const server = serverOf(input);
  return {
    name: subject.type.name,
    image: plan.image,
    imagePullPolicy: common.imagePullPolicy,
    ...(server.command && { command: server.command }),
    args: server.args,
    env: [
      ...Object.entries({ HOME: '/tmp', ...server.env }).map(([name, value]) => ({ name, value })),
      // asked for even where there is none: a pod without its token then never starts
      ...(plan.token === undefined || server.tokenEnv === undefined
        ? []
        : [tokenVariable(server.tokenEnv, subject.name)]),
    ],
    ...(common.transport === 'stdio'
      ? { stdin: true }
      : { ...serving(server, common.port), ...(!server.endsGently && { lifecycle: lastRequests }) }),
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
const serving = ({ healthPath }: ServerContainer, port: number) => {
  const httpGet = { path: healthPath, port: 'http' };
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

/** The type's defaults for what the tenant leaves open; a default never contradicts what the tenant says of the same resource. */
const resources = (wanted: ComposeInput['plan']['common']['resources'], server: ServerContainer) => ({
  requests: wanted?.requests ?? without(server.requests, wanted?.limits),
  limits: wanted?.limits ?? without(server.limits, wanted?.requests),
});

const without = (defaults: Readonly<Record<string, string>>, said: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => !Object.hasOwn(said, name)));
