import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type ServerProcess, startServer, temporaryFolder } from '../process/server-process.ts';
import { ensureTool } from '../tools/build.ts';
import { healthyServer, type McpServer } from './mcp-server.ts';

export interface McpS3Options {
  /** The text of its `connections.json`, or all arguments of a container in `args`. */
  config?: string;
  args?: string[];
  /** Its whole environment, for example `MCP_S3_AUTH_TOKEN`. */
  env?: Record<string, string>;
  /** Address to listen on. Default: loopback, regardless of `args`. */
  host?: string;
}

/** The server, with a function that stops it. */
export interface McpS3 extends McpServer {
  exit: ServerProcess['exit'];
}

/** Starts the real server of `images/mcp-s3` over HTTP. Throws with its output if it is not ready. */
export async function startMcpS3(options: McpS3Options): Promise<McpS3> {
  const { config, args = [], env = {}, host = '127.0.0.1' } = options;
  const folder = await temporaryFolder('function-mcp-mcp-s3');
  const file = join(folder, 'connections.json');
  if (config !== undefined) await writeFile(file, config);
  const port = await freePort();
  const server = startServer({
    command: await ensureTool('mcp-s3'),
    // If a flag is repeated, the last one counts.
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
