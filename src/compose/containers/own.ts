import { livePath } from '../../contract/sidecar.ts';
import type { ComposeInput } from '../input.ts';
import { containerSecurityContext } from '../pod-security.ts';

/** The fields in which the containers from the image of the release differ. */
interface Fields {
  name: string;
  args: readonly string[];
  env?: readonly unknown[];
  volumeMounts?: readonly unknown[];
}

/** An init container from the image of the release. */
export const ownContainer = (
  { plan, settings, release }: ComposeInput,
  { name, args, env, volumeMounts }: Fields,
): Record<string, unknown> => ({
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
 * A sidecar: an init container that keeps running. The server starts after it, and ends before it is told to end. `port`
 * is the port that it listens on at the pod's address, if it does. The server starts when the sidecar serves there.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export const sidecar = (
  input: ComposeInput,
  port: number | undefined,
  fields: Fields,
): Record<string, unknown> => {
  const httpGet = { path: livePath, port };
  return {
    ...ownContainer(input, fields),
    restartPolicy: 'Always',
    ...(port !== undefined && {
      startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 60 },
      livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    }),
  };
};
