import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort, startServer, temporaryFolder } from '../process/server-process.ts';
import { until } from '../process/wait.ts';
import { healthyServer, type McpServer } from './mcp-server.ts';

export interface DbhubOptions {
  /** The text of its `dbhub.toml`, or its path in `configPath`, or all arguments of a container in `args`. */
  toml?: string;
  configPath?: string;
  args?: string[];
  /** Which Node and which drivers. Default: those of this repository. */
  runtime?: DbhubRuntime;
  /** Path of a module that is loaded before all others. */
  preload?: string;
  /** Added to an almost empty environment, for example `DBHUB_AUTH_TOKEN`, `DBHUB_ALLOWED_HOSTS`. */
  env?: Record<string, string>;
  /** Address to listen on. Default: loopback, regardless of `args`. */
  host?: string;
  /** Default: a free port. */
  port?: number;
}

/** A Node, and the program of DBHub with its drivers. */
export interface DbhubRuntime {
  node: string;
  entry: string;
}

export interface Dbhub extends McpServer {
  /** Asks it to stop, as the kubelet does. Resolves with how it ended. */
  terminate: () => Promise<{ code: number | null; signal: string | null }>;
}

/** Starts the real DBHub over HTTP and waits for its health page. Throws with its output if it is not ready. */
export async function startDbhub(options: DbhubOptions): Promise<Dbhub> {
  const { toml, configPath, args, env = {}, host = '127.0.0.1', port, preload } = options;
  const { node, entry } = options.runtime ?? repositoryRuntime();
  const folder = await temporaryFolder('function-mcp-dbhub');
  const config = configPath ?? join(folder, 'dbhub.toml');
  if (toml !== undefined) await writeFile(config, toml);
  const given = args ?? ['--config', config, '--transport', 'http'];
  const listen = port ?? (await freePort());
  const server = startServer({
    command: node,
    // If an option is repeated, DBHub uses the last one.
    args: [entry, ...given, '--host', host, '--port', `${listen}`],
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      NODE_ENV: 'production',
      ...env,
      ...(preload !== undefined && { NODE_OPTIONS: `--import=${preload} ${env['NODE_OPTIONS'] ?? ''}` }),
    },
    stopSignal: 'KILL',
  });
  const healthy = await healthyServer(server, { folder, port: listen, seconds: 30 });
  const terminate = async () => {
    process.kill(server.pid, 'SIGTERM');
    return until('the end of DBHub', server.exit, { everyMs: 25 });
  };
  return { ...healthy, terminate };
}

/** The versions that this repository depends on. */
export function repositoryRuntime(): DbhubRuntime {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@bytebase/dbhub/package.json'));
  return { node: process.execPath, entry: join(folder, 'dist/index.js') };
}
