import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { configDir } from '../../contract/config-files.ts';
import { gateFile } from '../../contract/gate.ts';
import type { Written } from '../../contract/kube.ts';
import type { ComposeInput } from '../input.ts';
import { listenersOf, listenOption, serverOption } from '../listeners.ts';
import { sidecar } from './own.ts';
import { tokenVariable } from './server.ts';
import { volumeNames } from './volumes.ts';

/** The sidecar that connects a server to its Resources, clients that present the token to the server, or both. */
export const gateContainer = (input: ComposeInput): Written<Container>[] => {
  const { type, name } = input.subject;
  const { inbound, outbound } = listenersOf(input);
  const guard = inbound?.guard;
  if (!guard && !outbound) return [];
  return [
    sidecar(input, guard, {
      name: 'gate',
      args: [
        'gate',
        ...(outbound ? [`--config=${configDir}/${gateFile}`, `--port=${outbound.port}`] : []),
        ...(guard
          ? [listenOption(guard), serverOption(inbound.server), `--health-path=${type.serves.healthPath}`]
          : []),
      ],
      ...(guard && { env: [tokenVariable('AUTH_TOKEN', name)] }),
      volumeMounts: [{ name: volumeNames.config, mountPath: configDir, readOnly: true }],
    }),
  ];
};
