import type { ContainerInput, ServerContainer } from '../server-type.ts';

/** The image that Google publishes. https://mcp-toolbox.dev/documentation/deploy-to/kubernetes/ */
export const toolboxImage = {
  repository: 'us-central1-docker.pkg.dev/database-toolbox/toolbox/toolbox',
  tag: '1.12.0',
} as const;

/**
 * The container of MCP Toolbox (https://mcp-toolbox.dev/reference/cli/). MCP Toolbox refuses requests whose Host is not
 * listed, except for its health page. It does not support bearer tokens of clients.
 */
export const toolboxContainer = (input: ContainerInput): ServerContainer => ({
  args: [
    `--config=${input.configPath}`,
    '--disable-version-check',
    // A changed configuration starts a new pod.
    '--disable-reload',
    '--logging-format=JSON',
    ...(input.transport === 'stdio' ? ['--stdio'] : serving(input)),
  ],
  env: { GOMEMLIMIT: '400MiB' },
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '512Mi' },
});

/** Sidecars and `kubectl port-forward` use the names of this machine. No foreign web page has these names. */
const serving = ({ address, port, serviceNames }: ContainerInput): string[] => [
  `--address=${address}`,
  `--port=${port}`,
  `--allowed-hosts=${[...serviceNames, 'localhost', '127.0.0.1'].join(',')}`,
];
