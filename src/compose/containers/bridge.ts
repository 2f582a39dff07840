import type { ComposeInput } from '../input.ts';
import { guardedPort } from './gate.ts';
import { sidecar } from './own.ts';
import { bridgedPort, isGuarded, serverOf, serviceNames } from './server.ts';

/** Path of the event stream that the bridge serves. */
export const ssePath = '/sse';

/** The sidecar that offers server-sent events to clients and speaks streamable HTTP to the server, or its guard, beside it. */
export const bridgeContainer = (input: ComposeInput): Record<string, unknown> => {
  const { subject, plan } = input;
  const { port } = plan.common;
  const server = serverOf(input);
  const behind = isGuarded(server, input) ? guardedPort(port) : bridgedPort(port);
  return sidecar(input, port, {
    name: 'sse-bridge',
    args: [
      'bridge',
      `--listen=0.0.0.0:${port}`,
      `--server=http://127.0.0.1:${behind}`,
      `--mcp-path=${server.mcpPath}`,
      `--health-path=${server.healthPath}`,
      `--allowed-hosts=${serviceNames(subject.name, subject.namespace).join(',')}`,
    ],
  });
};
