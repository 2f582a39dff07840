import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type ServerProcess, startServer, temporaryFolder } from '../process/server-process.ts';
import { ensureTool } from '../tools/build.ts';
import { healthyServer, type McpServer } from './mcp-server.ts';

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
export interface McpS3 extends McpServer {
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
  return { ...(await healthyServer(server, { folder, port, seconds: 10 })), exit: server.exit };
}
