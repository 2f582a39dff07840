import { gateFile, gatePort } from '../../contract/gate.ts';
import { configDir } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { containerSecurityContext } from '../pod-security.ts';
import { volumeNames } from './volumes.ts';

/**
 * The sidecar through which a server reaches what its Resources lead to. It ends after the server, whose last
 * requests still go through it.
 */
export const gateContainer = ({ plan, settings, release }: ComposeInput): Record<string, unknown> => ({
  name: 'gate',
  image: settings.images.renderer ?? release.rendererImage,
  imagePullPolicy: plan.common.imagePullPolicy,
  args: ['gate', `--config=${configDir}/${gateFile}`, `--port=${gatePort}`],
  lifecycle: { preStop: { sleep: { seconds: 10 } } },
  resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: containerSecurityContext,
  volumeMounts: [{ name: volumeNames.config, mountPath: configDir, readOnly: true }],
});
