import { configDir } from '../../contract/config-files.ts';
import { gateFile, gatePort } from '../../contract/gate.ts';
import type { ComposeInput } from '../input.ts';
import { containerSecurityContext } from '../pod-security.ts';
import { bridgedPort, httpServing, isGuarded, lastRequests, serverOf, tokenVariable } from './server.ts';
import { volumeNames } from './volumes.ts';

/** Port of the guard behind a bridge: next to the server's. */
export const guardedPort = (port: number): number => (port >= 65534 ? port - 2 : port + 2);

/** Whether a pod has a gate: for the ways to its Resources, for the token of its clients, or for both. */
export const hasGate = (input: ComposeInput): boolean =>
  input.subject.type.gate !== undefined || isGuarded(serverOf(input), input);

/**
 * The sidecar through which a server reaches what its Resources lead to, and clients with a token the server. It
 * ends after the server, whose last requests still go through it.
 */
export const gateContainer = (input: ComposeInput): Record<string, unknown> => {
  const { subject, plan, settings, release } = input;
  const { port, transport } = plan.common;
  const server = serverOf(input);
  const guarded = isGuarded(server, input);
  const listen = transport === 'sse' ? `127.0.0.1:${guardedPort(port)}` : `0.0.0.0:${port}`;
  return {
    name: 'gate',
    image: settings.images.renderer ?? release.rendererImage,
    imagePullPolicy: plan.common.imagePullPolicy,
    args: [
      'gate',
      ...(subject.type.gate ? [`--config=${configDir}/${gateFile}`, `--port=${gatePort}`] : []),
      ...(guarded
        ? [
            `--listen=${listen}`,
            `--server=http://127.0.0.1:${bridgedPort(port)}`,
            `--health-path=${server.healthPath}`,
          ]
        : []),
    ],
    ...(guarded && { env: [tokenVariable('AUTH_TOKEN', subject.name)] }),
    ...(guarded && transport === 'http' && httpServing(server, 'http', port)),
    lifecycle: lastRequests,
    resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: containerSecurityContext,
    volumeMounts: [{ name: volumeNames.config, mountPath: configDir, readOnly: true }],
  };
};
