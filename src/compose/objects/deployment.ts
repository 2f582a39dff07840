import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered, Written } from '../../contract/kube.ts';
import { annotationKeys, objectNames } from '../../contract/names.ts';
import { bridgeContainer } from '../containers/bridge.ts';
import { gateContainer } from '../containers/gate.ts';
import { rendererContainer } from '../containers/renderer.ts';
import { serverContainer } from '../containers/server.ts';
import { volumes } from '../containers/volumes.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, podLabels, selectorLabels } from '../labels.ts';
import { podSecurityContext } from '../pod-security.ts';

/** The server's pods. Its template changes exactly when the configuration, the credentials or the spec do. */
export const deployment = (input: ComposeInput, content: Content): Rendered<Deployment> => {
  const { subject, plan } = input;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(input, objectNames(subject.name).deployment),
    spec: {
      replicas: content.idle ? 0 : plan.common.replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selectorLabels(input) },
      template: {
        metadata: {
          labels: podLabels(input),
          annotations: {
            ...plan.common.podAnnotations,
            [annotationKeys.configHash]: content.configHash,
            [annotationKeys.configRevision]: String(content.configRevision.next),
            [annotationKeys.credentialsRevision]: String(content.credentialsRevision.next),
          },
        },
        spec: podSpec(input, content),
      },
    },
  };
};

const podSpec = (input: ComposeInput, content: Content): Written<PodSpec> => {
  const { subject, plan } = input;
  const { common } = plan;
  return {
    serviceAccountName: common.serviceAccountName ?? objectNames(subject.name).serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurityContext,
    terminationGracePeriodSeconds: 30,
    ...(common.imagePullSecrets && { imagePullSecrets: common.imagePullSecrets }),
    ...(common.nodeSelector && { nodeSelector: common.nodeSelector }),
    ...(common.tolerations && { tolerations: common.tolerations }),
    ...(common.affinity && { affinity: common.affinity }),
    ...(common.priorityClassName !== undefined && { priorityClassName: common.priorityClassName }),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selectorLabels(input) },
      },
    ],
    // They start in this order and end in the reverse order. The bridge needs the gate for its last answers.
    initContainers: [rendererContainer(input), ...gateContainer(input), ...bridgeContainer(input)],
    containers: [serverContainer(input, content)],
    volumes: volumes(input, content),
  };
};
