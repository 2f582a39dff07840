import type { Container } from 'kubernetes-types/core/v1.d.ts';
import type { Written } from '../../contract/kube.ts';
import { livePath } from '../../contract/sidecar.ts';
import type { ComposeInput } from '../input.ts';
import type { Listener } from '../listeners.ts';
import { containerSecurityContext } from '../pod-security.ts';

/** The fields in which the containers from the image of the release differ. */
type Fields = Pick<Written<Container>, 'name' | 'args' | 'env' | 'volumeMounts'>;

/** An init container from the image of the release. */
export const ownContainer = (
  { plan, settings, release }: ComposeInput,
  { name, args, env, volumeMounts }: Fields,
): Written<Container> => ({
  name,
  image: settings.images.renderer ?? release.rendererImage,
  imagePullPolicy: plan.common.imagePullPolicy,
  args,
  ...(env && { env }),
  resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: containerSecurityContext,
  ...(volumeMounts && { volumeMounts }),
});

/**
 * A sidecar: an init container that keeps running. The server starts when the sidecar serves its clients, and the
 * sidecar is told to end when the server has ended. The kubelet cannot ask a sidecar that listens on loopback.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export const sidecar = (
  input: ComposeInput,
  clients: Listener | undefined,
  fields: Fields,
): Written<Container> => {
  const httpGet = clients?.host === '0.0.0.0' && { path: livePath, port: clients.port };
  return {
    ...ownContainer(input, fields),
    restartPolicy: 'Always',
    ...(httpGet && {
      startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 60 },
      livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    }),
  };
};
