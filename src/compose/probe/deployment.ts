import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.d.ts';
import { canonicalJson, shortHash } from '../../contract/hash.ts';
import type { Rendered, Written } from '../../contract/kube.ts';
import { annotationKeys, dataKeys, objectNames } from '../../contract/names.ts';
import { type TargetsFile, targetsKey } from '../../contract/targets.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, podLabels, selectorLabels } from '../labels.ts';
import { probePort } from '../listeners.ts';
import { containerSecurityContext, podSecurityContext } from '../pod-security.ts';

const mounts = {
  targets: '/probe/targets',
  credentials: '/probe/credentials',
  config: '/probe/config',
} as const;
const item = (key: string) => ({ key, path: key });

/** The companion that checks every Resource. One replica, never two: it writes their status. */
export const probeDeployment = (
  input: ComposeInput,
  content: Content,
  targets: TargetsFile,
): Rendered<Deployment> => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
  spec: {
    replicas: targets.targets.length === 0 ? 0 : 1,
    revisionHistoryLimit: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: selectorLabels(input, 'probe') },
    template: {
      metadata: {
        labels: podLabels(input, 'probe'),
        annotations: {
          [annotationKeys.targetsHash]: shortHash(canonicalJson(targets)),
          [annotationKeys.credentialsRevision]: String(content.credentialsRevision.next),
        },
      },
      spec: podSpec(input, content, targets),
    },
  },
});

const podSpec = (input: ComposeInput, content: Content, targets: TargetsFile): Written<PodSpec> => {
  const { common } = input.plan;
  return {
    serviceAccountName: objectNames(input.subject.name).probe,
    // the one pod that needs a token: it writes the status of its Resources
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: podSecurityContext,
    terminationGracePeriodSeconds: 15,
    ...(common.imagePullSecrets && { imagePullSecrets: common.imagePullSecrets }),
    ...(common.nodeSelector && { nodeSelector: common.nodeSelector }),
    ...(common.tolerations && { tolerations: common.tolerations }),
    containers: [container(input)],
    volumes: volumes(input, content, targets),
  };
};

const container = ({ plan, settings, release }: ComposeInput): Written<Container> => {
  const httpGet = { path: '/healthz', port: 'metrics' };
  return {
    name: 'probe',
    image: settings.images.renderer ?? release.rendererImage,
    imagePullPolicy: plan.common.imagePullPolicy,
    args: [
      'probe',
      `--targets=${mounts.targets}/${targetsKey}`,
      `--credentials=${mounts.credentials}`,
      `--config=${mounts.config}`,
      `--port=${probePort}`,
    ],
    env: [
      {
        name: 'CREDENTIALS_REVISION',
        valueFrom: {
          fieldRef: { fieldPath: `metadata.annotations['${annotationKeys.credentialsRevision}']` },
        },
      },
    ],
    ports: [{ name: 'metrics', containerPort: probePort, protocol: 'TCP' }],
    readinessProbe: { httpGet, periodSeconds: 10 },
    livenessProbe: { httpGet, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '192Mi' } },
    securityContext: containerSecurityContext,
    volumeMounts: Object.entries(mounts).map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
  };
};

/** Key by key, and only what the checks use. */
const volumes = (
  { subject }: ComposeInput,
  { config }: Content,
  { targets }: TargetsFile,
): Written<Volume>[] => {
  const names = objectNames(subject.name);
  const checks = targets.flatMap(({ check }) => check ?? []);
  const secrets = [
    ...new Set(checks.flatMap(({ secrets }) => Object.values(secrets).map(({ key }) => key))),
  ].sort();
  const authorities = [...new Set(checks.flatMap(({ ca }) => ca ?? []))]
    .filter((key) => key in config)
    .sort();
  return [
    { name: 'targets', configMap: { name: names.probe, defaultMode: 0o440 } },
    {
      name: 'credentials',
      secret: {
        secretName: names.secret,
        defaultMode: 0o440,
        items: [...secrets, dataKeys.credentialsRevision].map(item),
      },
    },
    {
      name: 'config',
      configMap: {
        name: names.configMap,
        defaultMode: 0o440,
        items: [...authorities, dataKeys.configRevision].map(item),
      },
    },
  ];
};
