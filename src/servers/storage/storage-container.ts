import type { ContainerInput, ServerContainer } from '../server-type.ts';

/** The container of the server in `images/mcp-s3`. The server reads only its token from the environment. */
export const storageContainer = ({
  transport,
  address,
  port,
  configPath,
  serviceNames,
}: ContainerInput): ServerContainer => ({
  args:
    transport === 'stdio'
      ? ['--transport=stdio', `--config=${configPath}`]
      : [
          `--address=${address}`,
          `--port=${port}`,
          `--config=${configPath}`,
          `--allowed-hosts=${serviceNames.join(',')}`,
        ],
  env: {},
  requests: { cpu: '20m', memory: '32Mi' },
  limits: { memory: '256Mi' },
});
