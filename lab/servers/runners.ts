import type { LocalContainer } from '../kubernetes/pod.ts';
import type { DbhubOptions } from './dbhub.ts';
import type { McpServer } from './mcp-server.ts';

/** Starts the server of a type here as its container does, but on `host`, and on a free port by default. */
export type Runner = (
  container: LocalContainer,
  options: { host: string; port?: number } & Pick<DbhubOptions, 'runtime' | 'preload'>,
) => Promise<McpServer>;

// Imported when used, because the static imports of a test determine its group, see test/sorts.ts.
const startDbhub: typeof import('./dbhub.ts').startDbhub = async (options) =>
  (await import('./dbhub.ts')).startDbhub(options);
const startMcpS3: typeof import('./mcp-s3.ts').startMcpS3 = async (options) =>
  (await import('./mcp-s3.ts')).startMcpS3(options);
const startToolbox: typeof import('./toolbox.ts').startToolbox = async (options) =>
  (await import('./toolbox.ts')).startToolbox(options);

/** By the name of the server type, which is also the name of the container. */
export const runners: Readonly<Record<string, Runner>> = {
  dbhub: (container, options) => startDbhub({ ...container, ...options }),
  search: (container, options) => startToolbox({ ...container, ...options }),
  api: (container, options) => startToolbox({ ...container, ...options }),
  storage: (container, options) => startMcpS3({ ...container, ...options }),
};
