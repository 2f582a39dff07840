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
  const server = run('0.0.0.0', transport === 'sse' ? bridgedPort(port) : port);
  return isHidden(server, input) ? run('127.0.0.1', bridgedPort(port)) : server;
};

/** Whether clients have to show a token that the server knows nothing of: a sidecar asks for it. */
export const isGuarded = ({ tokenEnv }: ServerContainer, { plan }: Pick<ComposeInput, 'plan'>): boolean =>
  tokenEnv === undefined && plan.token !== undefined && plan.common.transport !== 'stdio';

/** Whether sidecars alone reach the server: one that knows no token, behind one that asks for it or may have to. */
const isHidden = (server: ServerContainer, input: Pick<ComposeInput, 'plan'>): boolean =>
  isGuarded(server, input) || (server.tokenEnv === undefined && input.plan.common.transport === 'sse');

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
    ...(common.transport === 'stdio' && { stdin: true }),
    ...(!isHidden(server, input) && {
      ...(common.transport === 'http' && httpServing(server, 'http', common.port)),
      ...(common.transport === 'sse' && httpServing(server, 'upstream', bridgedPort(common.port))),
    }),
    ...(!server.endsGently && common.transport !== 'stdio' && { lifecycle: lastRequests }),
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

/** The port and the three probes of a container that serves HTTP. The Service leads to the port named `http`. */
export const httpServing = (
  { healthPath }: Pick<ServerContainer, 'healthPath'>,
  name: 'http' | 'upstream',
  port: number,
) => {
  const httpGet = { path: healthPath, port: name };
  return {
    ports: [{ name, containerPort: port, protocol: 'TCP' }],
    startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 3 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
};

/**
 * Serves on for a while after the pod was told to end: nodes need some seconds to take it out of the Service, and
 * whoever connects in that moment would be refused; and calls in progress, which servers drop at SIGTERM, as long as
 * a query may take by default. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export const lastRequests = { preStop: { sleep: { seconds: 15 } } };

/** The type's defaults for what the tenant leaves open; a default never contradicts what the tenant says of the same resource. */
const resources = (wanted: ComposeInput['plan']['common']['resources'], server: ServerContainer) => ({
  requests: wanted?.requests ?? without(server.requests, wanted?.limits),
  limits: wanted?.limits ?? without(server.limits, wanted?.requests),
});

const without = (defaults: Readonly<Record<string, string>>, said: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => !Object.hasOwn(said, name)));
