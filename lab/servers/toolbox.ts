import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort, startServer, temporaryFolder } from '../process/server-process.ts';
import { healthyServer, type McpServer } from './mcp-server.ts';

export interface ToolboxOptions {
  /** The text of its `tools.yaml`. With the arguments of a container, used if these do not name a file. */
  yaml?: string;
  args?: readonly string[];
  /** Added to an almost empty environment, for example `SSL_CERT_DIR`. */
  env?: Readonly<Record<string, string>>;
  /** Address to listen on. Default: loopback, regardless of `args`. */
  host?: string;
  /** Default: a free port. */
  port?: number;
}

/** Starts the real MCP Toolbox over HTTP and waits for its health page. Throws with its output if it is not ready. */
export async function startToolbox(options: ToolboxOptions): Promise<McpServer> {
  const { yaml, args, env = {}, host = '127.0.0.1', port } = options;
  const folder = await temporaryFolder('function-mcp-toolbox');
  const config = join(folder, 'tools.yaml');
  if (yaml !== undefined) await writeFile(config, yaml);
  const given = args ?? ['--disable-version-check'];
  const listen = port ?? (await freePort());
  const server = startServer({
    command: toolboxBinary(),
    // If an option is repeated, it uses the last one.
    args: [
      ...(yaml === undefined ? [] : [`--config=${config}`]),
      ...given,
      `--address=${host}`,
      `--port=${listen}`,
    ],
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
  });
  return healthyServer(server, { folder, port: listen, seconds: 30 });
}

/** Path of the program, which an npm package contains. */
export function toolboxBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(`@toolbox-sdk/server-${platform}/bin/toolbox`);
  } catch (error) {
    throw new Error(`there is no package with MCP Toolbox for ${platform}`, { cause: error });
  }
}
