import { removeFolder, type ServerProcess } from '../process/server-process.ts';

/** A real MCP server over HTTP. */
export interface McpServer extends AsyncDisposable {
  /** URL of the MCP endpoint: `http://127.0.0.1:<port>/mcp`. */
  url: string;
  /** How it ended. Undefined while it runs. */
  exit: ServerProcess['exit'];
  /** Its output so far. */
  logs: () => string;
  stop: () => Promise<void>;
}

/**
 * Waits for the health page of a server that was just started. `folder` is removed with the server. Throws with its
 * output if it is not ready within this number of seconds.
 */
export async function healthyServer(
  server: ServerProcess,
  { folder, port, seconds }: { folder: string; port: number; seconds: number },
): Promise<McpServer> {
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  const origin = `http://127.0.0.1:${port}`;
  try {
    await server.until(() => isHealthy(`${origin}/healthz`), seconds);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `${origin}/mcp`, exit: server.exit, logs: server.logs, stop, [Symbol.asyncDispose]: stop };
}

function isHealthy(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}
