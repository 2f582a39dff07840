import type { ContainerInput, ServerContainer } from '../server-type.ts';

/** The image that Google publishes. https://mcp-toolbox.dev/documentation/deploy-to/kubernetes/ */
export const toolboxImage = {
  repository: 'us-central1-docker.pkg.dev/database-toolbox/toolbox/toolbox',
  tag: '1.12.0',
} as const;

/**
 * How MCP Toolbox is run (https://mcp-toolbox.dev/reference/cli/). It refuses requests whose Host is not listed, but
 * for its health page, and it knows no bearer token of its clients.
 */
export const toolboxContainer = (input: ContainerInput): ServerContainer => ({
  args: [
    `--config=${input.configPath}`,
    '--disable-version-check',
    // a changed configuration comes with a new pod
    '--disable-reload',
    '--logging-format=JSON',
    ...(input.transport === 'stdio' ? ['--stdio'] : serving(input)),
  ],
  env: { GOMEMLIMIT: '400MiB' },
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '512Mi' },
});

/** The names of this machine are those of sidecars and of `kubectl port-forward`; no page of a stranger's has them. */
const serving = ({ address, port, serviceNames }: ContainerInput): string[] => [
  `--address=${address}`,
  `--port=${port}`,
  `--allowed-hosts=${[...serviceNames, 'localhost', '127.0.0.1'].join(',')}`,
];
