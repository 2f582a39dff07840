import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, removeFolder, startServer } from '../../lab/process/server-process.ts';
import { build } from '../../scripts/build.ts';

export interface ServedFunction extends AsyncDisposable {
  /** Host and port. */
  address: string;
  /** What it wrote so far. */
  logs: () => string;
}

/** Builds the program and serves the function from it over gRPC, without TLS, as on a laptop. */
export async function serveFunction(): Promise<ServedFunction> {
  // A separate folder: other tests may be building into dist/.
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-render-'));
  const address = `127.0.0.1:${await freePort()}`;
  try {
    await build(undefined, folder);
    const server = startServer({
      command: process.execPath,
      args: [join(folder, 'main.js'), 'function', '--insecure', '--address', address],
      cwd: folder,
      env: {},
    });
    await server.until(async () => server.logs().includes('"Serving"'), 30);
    return {
      address,
      logs: server.logs,
      async [Symbol.asyncDispose]() {
        await server.stop();
        await removeFolder(folder);
      },
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}
