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
  /** Added to an otherwise nearly empty environment, for example `DBHUB_AUTH_TOKEN`, `DBHUB_ALLOWED_HOSTS`. */
  env?: Record<string, string>;
  /** Address to listen on. Default: loopback, whatever `args` say. */
  host?: string;
  /** Default: a free one. */
  port?: number;
}

export interface Dbhub extends McpServer {
  /** Tells it to end, as the kubelet does; resolves with how it did. */
  terminate: () => Promise<{ code: number | null; signal: string | null }>;
}

/** Starts the real DBHub over HTTP and waits for its health page; throws with its output when it does not serve. */
export async function startDbhub(options: DbhubOptions): Promise<Dbhub> {
  const { toml, configPath, args, env = {}, host = '127.0.0.1', port } = options;
  const folder = await temporaryFolder('function-mcp-dbhub');
  const config = configPath ?? join(folder, 'dbhub.toml');
  if (toml !== undefined) await writeFile(config, toml);
  const given = args ?? ['--config', config, '--transport', 'http'];
  const listen = port ?? (await freePort());
  const server = startServer({
    command: process.execPath,
    // Of options given twice DBHub takes the last.
    args: [entry(), ...given, '--host', host, '--port', `${listen}`],
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, NODE_ENV: 'production', ...env },
    stopSignal: 'KILL',
  });
  const healthy = await healthyServer(server, { folder, port: listen, seconds: 30 });
  const terminate = async () => {
    process.kill(server.pid, 'SIGTERM');
    return until('the end of DBHub', server.exit, { everyMs: 25 });
  };
  return { ...healthy, terminate };
}

function entry(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@bytebase/dbhub/package.json')), 'dist/index.js');
}
