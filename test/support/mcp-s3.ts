import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTool } from '../tools/build.ts';
import type { RunningServer } from './runners.ts';
import {
  freePort,
  removeFolder,
  type ServerProcess,
  startServer,
  temporaryFolder,
} from './server-process.ts';

export interface McpS3Options {
  /** The text of its `connections.json`; or in `args` a whole container's arguments. */
  config?: string;
  args?: string[];
  /** All of its environment, for example `MCP_S3_AUTH_TOKEN`. */
  env?: Record<string, string>;
  /** Address to listen on. Default: loopback, whatever `args` say. */
  host?: string;
}

/** The server with its end. */
export interface McpS3 extends RunningServer {
  exit: ServerProcess['exit'];
}

/** Starts the real server of `images/mcp-s3` over HTTP; throws with its output when it does not serve. */
export async function startMcpS3(options: McpS3Options): Promise<McpS3> {
  const { config, args = [], env = {}, host = '127.0.0.1' } = options;
  const folder = await temporaryFolder('function-mcp-mcp-s3');
  const file = join(folder, 'connections.json');
  if (config !== undefined) await writeFile(file, config);
  const port = await freePort();
  const server = startServer({
    command: await ensureTool('mcp-s3'),
    // Of flags given twice the last counts.
    args: [
      ...args,
      ...(config === undefined ? [] : ['--config', file]),
      '--address',
      host,
      '--port',
      `${port}`,
    ],
    cwd: folder,
    env,
  });
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  const origin = `http://127.0.0.1:${port}`;
  try {
    await server.until(() => isHealthy(`${origin}/healthz`), 10);
  } catch (error) {
    await stop();
    throw error;
  }
  const { logs, exit } = server;
  return { url: `${origin}/mcp`, logs, exit, stop, [Symbol.asyncDispose]: stop };
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );
