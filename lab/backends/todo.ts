import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../process/run.ts';
import { freePort, removeFolder, startServer, temporaryFolder } from '../process/server-process.ts';
import { cached } from '../sources/cache.ts';
import type { ServerTls } from './backend.ts';

/** The credentials that the API requires. Any others get 401. */
export interface TodoAuth {
  method: 'bearer' | 'basic' | 'header' | 'query';
  /** Name of the header or the query parameter. */
  name?: string;
  /** The token or key, or `user:password` for basic authentication. */
  secret: string;
  /** Gets 403 for all methods except GET. */
  readOnlySecret?: string;
}

export interface TodoOptions {
  /** Address to listen on. Default: loopback. */
  host?: string;
  /** Default: a free port. */
  port?: number;
  /** Default: plain HTTP. */
  tls?: Pick<ServerTls, 'certificate' | 'key'>;
  /** Default: no credentials are required. */
  auth?: TodoAuth;
}

/** A real HTTP API of to-dos: `/todos`, `/todos/{id}`, `/todos/count`, and its OpenAPI document at `/openapi.json`. */
export interface TodoApi extends AsyncDisposable {
  /** Without a path. */
  url: string;
  host: string;
  port: number;
  stop: () => Promise<void>;
}

const MANIFEST = join(import.meta.dirname, 'todo');

/**
 * LoopBack's example API, from npm. The first use installs 83 MB into the cache, with a lock file, in about 15 s. A
 * start takes about a second. It validates requests (422), answers 404 for unknown to-dos, and stores nothing
 * permanently.
 */
export async function startTodoApi(options: TodoOptions = {}): Promise<TodoApi> {
  const { host = '127.0.0.1', port = await freePort(), tls, auth } = options;
  const install = await cached('todo-api-6.0.0', installTodoApi);
  const folder = await temporaryFolder('function-mcp-todo');
  const server = startServer({
    command: process.execPath,
    args: [join(MANIFEST, 'serve.ts'), install, JSON.stringify({ host, port, tls, auth })],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'KILL',
  });
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  try {
    await server.until(async () => server.logs().includes('serving'), 30);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
  return { url, host, port, stop, [Symbol.asyncDispose]: stop };
}

async function installTodoApi(folder: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(MANIFEST, file), join(folder, file));
  await must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  });
}
