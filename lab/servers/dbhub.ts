import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort, startServer, temporaryFolder } from '../process/server-process.ts';
import { until } from '../process/wait.ts';
import { healthyServer, type McpServer } from './mcp-server.ts';

export interface DbhubOptions {
  /** The text of its `dbhub.toml`; or the path in `configPath`; or in `args` a whole container's arguments. */
  toml?: string;
  configPath?: string;
  args?: string[];
  /** Which Node and which drivers. Default: those of this repository. */
  runtime?: DbhubRuntime;
  /** Path of a module that is loaded before all others. */
  preload?: string;
  /** Added to an otherwise nearly empty environment, for example `DBHUB_AUTH_TOKEN`, `DBHUB_ALLOWED_HOSTS`. */
  env?: Record<string, string>;
  /** Address to listen on. Default: loopback, whatever `args` say. */
  host?: string;
  /** Default: a free one. */
  port?: number;
}

/** A Node, and DBHub's program with the drivers beside it. */
export interface DbhubRuntime {
  node: string;
  entry: string;
}

export interface Dbhub extends McpServer {
  /** Tells it to end, as the kubelet does; resolves with how it did. */
  terminate: () => Promise<{ code: number | null; signal: string | null }>;
}

/** Starts the real DBHub over HTTP and waits for its health page; throws with its output when it does not serve. */
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
    // Of options given twice DBHub takes the last.
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

/** What this repository depends on. */
export function repositoryRuntime(): DbhubRuntime {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@bytebase/dbhub/package.json'));
  return { node: process.execPath, entry: join(folder, 'dist/index.js') };
}
