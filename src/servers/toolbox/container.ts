import type { ContainerInput, ServerContainer } from '../../contract/server-type.ts';

/** The image that Google publishes. https://mcp-toolbox.dev/documentation/deploy-to/kubernetes/ */
export const toolboxImage = {
  repository: 'us-central1-docker.pkg.dev/database-toolbox/toolbox/toolbox',
  tag: '1.12.0',
} as const;

/**
 * How MCP Toolbox is run (https://mcp-toolbox.dev/reference/cli/). It refuses requests whose Host is not listed, but
 * for its health page; it knows no bearer token of its clients; and its HTTP sources name no certificate authority,
 * so those of the Resources stand beside the system's (https://pkg.go.dev/crypto/x509#SystemCertPool).
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
  env: { SSL_CERT_DIR: `/etc/ssl/certs:${input.configDir}` },
  healthPath: '/healthz',
  mcpPath: '/mcp',
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '512Mi' },
});

/** On loopback nobody but a sidecar reaches it, which addresses it as it does. */
const serving = ({ address, port, serviceNames }: ContainerInput): string[] => [
  `--address=${address}`,
  `--port=${port}`,
  `--allowed-hosts=${[...serviceNames, ...(address === '127.0.0.1' ? [address] : [])].join(',')}`,
];
