import { configDir } from '../../contract/config-files.ts';
import { gateFile, gatePort } from '../../contract/gate.ts';
import type { ComposeInput } from '../input.ts';
import { sidecar } from './own.ts';
import { bridgedPort, isGuarded, serverOf, tokenVariable } from './server.ts';
import { volumeNames } from './volumes.ts';

/** Port of the guard behind a bridge: next to the server's. */
export const guardedPort = (port: number): number => (port >= 65534 ? port - 2 : port + 2);

/** Whether a pod has a gate: for the ways to its Resources, for the token of its clients, or for both. */
export const hasGate = (input: ComposeInput): boolean =>
  input.subject.type.gate !== undefined || isGuarded(serverOf(input), input);

/** The sidecar that connects a server to its Resources, and clients that present the token to the server. */
export const gateContainer = (input: ComposeInput): Record<string, unknown> => {
  const { subject, plan } = input;
  const { port, transport } = plan.common;
  const server = serverOf(input);
  const guarded = isGuarded(server, input);
  const open = guarded && transport === 'http';
  const listen = open ? `0.0.0.0:${port}` : `127.0.0.1:${guardedPort(port)}`;
  return sidecar(input, open ? port : undefined, {
    name: 'gate',
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
    volumeMounts: [{ name: volumeNames.config, mountPath: configDir, readOnly: true }],
  });
};
