import type { ComposeInput } from '../input.ts';
import { containerSecurityContext } from '../pod-security.ts';
import { guardedPort } from './gate.ts';
import { bridgedPort, httpServing, isGuarded, lastRequests, serverOf, serviceNames } from './server.ts';

/** Path of the event stream that the bridge serves. */
export const ssePath = '/sse';

/** The sidecar that offers server-sent events to clients and speaks streamable HTTP to the server, or its guard, beside it. */
export const bridgeContainer = (input: ComposeInput): Record<string, unknown> => {
  const { subject, plan, settings, release } = input;
  const { port, imagePullPolicy } = plan.common;
  const server = serverOf(input);
  const behind = isGuarded(server, input) ? guardedPort(port) : bridgedPort(port);
  return {
    name: 'sse-bridge',
    image: settings.images.renderer ?? release.rendererImage,
    imagePullPolicy,
    args: [
      'bridge',
      `--listen=0.0.0.0:${port}`,
      `--server=http://127.0.0.1:${behind}`,
      `--mcp-path=${server.mcpPath}`,
      `--health-path=${server.healthPath}`,
      `--allowed-hosts=${serviceNames(subject.name, subject.namespace).join(',')}`,
    ],
    ...httpServing(server, 'http', port),
    lifecycle: lastRequests,
    resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: containerSecurityContext,
  };
};
