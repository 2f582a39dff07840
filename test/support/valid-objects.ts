import type { JsonObject } from '../../src/contract/kube.ts';

/** Why the API server, or a cluster that enforces the restricted Pod Security Standard, would refuse an object. */
export const complaintsAbout = (object: JsonObject): string[] => {
  const { kind, metadata, data } = object as unknown as Loose;
  return [
    ...named('metadata.name', metadata.name, kind === 'Service' ? label1035 : subdomain),
    ...entries(metadata.labels).flatMap(([key, value]) => [
      ...qualified('label', key),
      ...named(`label ${key}`, value, labelValue),
    ]),
    ...entries(metadata.annotations).flatMap(([key]) => qualified('annotation', key)),
    ...entries(data).flatMap(([key, value]) => [
      ...named('data key', key, /^[-._a-zA-Z0-9]{1,253}$/),
      ...(typeof value === 'string' ? [] : [`data ${key}: not a string`]),
      ...(kind === 'Secret' && !base64.test(String(value)) ? [`data ${key}: not base64`] : []),
    ]),
    ...(kind === 'Deployment' ? aboutDeployment(object as unknown as Deployment) : []),
  ];
};

interface Loose {
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  data?: Record<string, unknown>;
}

interface Container {
  name: string;
  image: string;
  args?: unknown[];
  env?: { name: string; value?: unknown }[];
  ports?: { name: string; containerPort: number }[];
  restartPolicy?: string;
  volumeMounts?: { name: string; mountPath: string }[];
  securityContext: JsonObject;
  resources: { requests: object; limits: object };
  [probe: string]: unknown;
}

interface Deployment {
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string>; annotations: Record<string, unknown> };
      spec: {
        containers: Container[];
        initContainers?: Container[];
        volumes: { name: string }[];
        securityContext: JsonObject;
      };
    };
  };
}

const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label1035 = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const labelValue = /^(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const entries = <T>(map: Record<string, T> | undefined): [string, T][] => Object.entries(map ?? {});

const named = (what: string, name: string, form: RegExp): string[] =>
  form.test(name) ? [] : [`${what}: ${name}`];

const qualified = (what: string, key: string): string[] => {
  const [name = '', prefix] = key.split('/').toReversed();
  return [
    ...named(what, name, /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/),
    ...(prefix === undefined ? [] : named(`${what} prefix`, prefix, subdomain)),
  ];
};

const repeated = (what: string, names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${what} ${name}: twice`);

/** Fields that an init container cannot have unless it keeps running. */
const onlyWhileRunning = ['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle'] as const;

const aboutDeployment = ({ spec: { selector, template } }: Deployment): string[] => {
  const { containers, initContainers = [], volumes, securityContext } = template.spec;
  const all = [...initContainers, ...containers];
  return [
    ...entries(selector.matchLabels)
      .filter(([key, value]) => template.metadata.labels[key] !== value)
      .map(([key]) => `the selector's ${key} is not on the pods`),
    ...entries(template.metadata.annotations)
      .filter(([, value]) => typeof value !== 'string')
      .map(([key]) => `annotation ${key}: not a string`),
    ...(securityContext['runAsNonRoot'] === true ? [] : ['pods may run as root']),
    ...(JSON.stringify(securityContext['seccompProfile']) === '{"type":"RuntimeDefault"}'
      ? []
      : ['no seccomp profile']),
    ...repeated(
      'container',
      all.map(({ name }) => name),
    ),
    ...repeated(
      'volume',
      volumes.map(({ name }) => name),
    ),
    ...repeated(
      'port',
      containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)),
    ),
    ...repeated(
      'port',
      containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => String(containerPort))),
    ),
    ...initContainers
      .filter(({ restartPolicy }) => restartPolicy === undefined)
      .flatMap((container) =>
        onlyWhileRunning
          .filter((field) => container[field] !== undefined)
          .map((field) => `${container.name}: ${field} of a container that ends before the others start`),
      ),
    ...containers
      .filter(({ restartPolicy }) => restartPolicy !== undefined)
      .map(({ name }) => `${name}: has a restartPolicy`),
    ...all.flatMap((container) => aboutContainer(container, new Set(volumes.map(({ name }) => name)))),
  ];
};

const aboutContainer = (container: Container, volumes: ReadonlySet<string>): string[] => {
  const {
    name,
    image,
    args = [],
    env = [],
    ports = [],
    volumeMounts = [],
    securityContext,
    resources,
  } = container;
  const problems = [
    ...named('container', name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
    ...(/^\S+:\S+$/.test(image) ? [] : [`image without a tag: ${image}`]),
    ...args.filter((arg) => typeof arg !== 'string').map(() => 'an argument that is no string'),
    ...repeated(
      'variable',
      env.map((variable) => variable.name),
    ),
    ...env
      .filter(({ value }) => value !== undefined && typeof value !== 'string')
      .map((it) => `${it.name}: not a string`),
    ...volumeMounts.filter((mount) => !volumes.has(mount.name)).map((mount) => `no volume ${mount.name}`),
    ...repeated(
      'mount',
      volumeMounts.map(({ mountPath }) => mountPath),
    ),
    ...(securityContext['allowPrivilegeEscalation'] === false ? [] : ['may escalate']),
    ...(securityContext['readOnlyRootFilesystem'] === true ? [] : ['may write to its root']),
    ...(JSON.stringify(securityContext['capabilities']) === '{"drop":["ALL"]}' ? [] : ['has capabilities']),
    ...(Object.keys(resources.requests).length > 0 && Object.keys(resources.limits).length > 0
      ? []
      : ['no resources']),
    ...['startupProbe', 'readinessProbe', 'livenessProbe']
      .flatMap(
        (probe) =>
          (container[probe] as { httpGet: { port: string | number } } | undefined)?.httpGet.port ?? [],
      )
      .filter((port) => typeof port === 'string' && !ports.some((it) => it.name === port))
      .map((port) => `no port ${port}`),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
};
