import type { Container } from 'kubernetes-types/core/v1.d.ts';
import type { Written } from '../../contract/kube.ts';
import type { ComposeInput } from '../input.ts';
import { listenersOf, listenOption, serverOption } from '../listeners.ts';
import { sidecar } from './own.ts';
import { serviceNames } from './server.ts';

/** The sidecar that offers server-sent events to clients and speaks streamable HTTP to the guard or the server. */
export const bridgeContainer = (input: ComposeInput): Written<Container>[] => {
  const { type, name, namespace } = input.subject;
  const { inbound } = listenersOf(input);
  if (!inbound?.bridge) return [];
  return [
    sidecar(input, inbound.bridge, {
      name: 'sse-bridge',
      args: [
        'bridge',
        listenOption(inbound.bridge),
        serverOption(inbound.guard ?? inbound.server),
        `--mcp-path=${type.serves.mcpPath}`,
        `--health-path=${type.serves.healthPath}`,
        `--allowed-hosts=${serviceNames(name, namespace).join(',')}`,
      ],
    }),
  ];
};
