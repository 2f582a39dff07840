import type { LocalContainer } from '../kubernetes/pod.ts';
import type { McpServer } from './mcp-server.ts';

/** How to start the server of a type here: as its container, but at `host`, and on a free port unless told which. */
export type Runner = (
  container: LocalContainer,
  options: { host: string; port?: number },
) => Promise<McpServer>;

const toolbox: Runner = async (container, options) => {
  const { startToolbox } = await import('./toolbox.ts');
  return startToolbox({ ...container, ...options });
};

/**
 * By the name of the server type, which is that of the container. Each is imported when it is used, as what a test
 * imports says what it needs: see `test/sorts.ts`.
 */
export const runners: Readonly<Record<string, Runner>> = {
  dbhub: async (container, options) => {
    const { startDbhub } = await import('./dbhub.ts');
    return startDbhub({ ...container, ...options });
  },
  search: toolbox,
  api: toolbox,
  storage: async (container, options) => {
    const { startMcpS3 } = await import('./mcp-s3.ts');
    return startMcpS3({ ...container, ...options });
  },
};
