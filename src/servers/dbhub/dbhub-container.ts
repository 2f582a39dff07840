import type { ContainerInput, ServerContainer } from '../server-type.ts';
import { lastRequestsFile } from './last-requests.ts';
import { preloaded } from './preloaded.ts';

/**
 * The container of DBHub (https://dbhub.ai/config/command-line). DBHub refuses requests whose Host is not listed.
 * It does not start if an environment variable is named `ID`.
 */
export const dbhubContainer = ({
  transport,
  address,
  port,
  configDir,
  configPath,
  serviceNames,
}: ContainerInput): ServerContainer => ({
  args:
    transport === 'stdio'
      ? ['--transport', 'stdio', '--config', configPath]
      : ['--transport', 'http', '--host', address, '--port', String(port), '--config', configPath],
  env: {
    DBHUB_ALLOWED_HOSTS: serviceNames.join(','),
    NODE_OPTIONS: [...Object.keys(preloaded), ...(transport === 'http' ? [lastRequestsFile] : [])]
      .map((file) => `--import=${configDir}/${file}`)
      .join(' '),
  },
  requests: { cpu: '50m', memory: '192Mi' },
  limits: { memory: '512Mi' },
});
