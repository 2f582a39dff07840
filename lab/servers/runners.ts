import type { LocalContainer } from '../kubernetes/pod.ts';
import { startDbhub } from './dbhub.ts';
import { startMcpS3 } from './mcp-s3.ts';
import type { McpServer } from './mcp-server.ts';
import { startToolbox } from './toolbox.ts';

/** How to start the server of a type here: as its container, but at `host`, and on a free port unless told which. */
export type Runner = (
  container: LocalContainer,
  options: { host: string; port?: number },
) => Promise<McpServer>;

/** By the name of the server type, which is that of the container. */
export const runners: Readonly<Record<string, Runner>> = {
  dbhub: (container, options) => startDbhub({ ...container, ...options }),
  search: (container, options) => startToolbox({ ...container, ...options }),
  api: (container, options) => startToolbox({ ...container, ...options }),
  storage: (container, options) => startMcpS3({ ...container, ...options }),
};
