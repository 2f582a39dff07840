import { onTestFinished } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from '../../src/grpc/server.ts';
import { createLog } from '../../src/process/log.ts';
import { echo } from './echo.ts';

/** A log whose lines can be read. */
export function readableLog(): { log: ServerOptions['log']; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog({ level: 'debug' }, { write: (line) => lines.push(line) }), lines };
}

/** A server for one test, on a free port and without TLS unless told otherwise; it ends with the test. */
export async function serve(
  options: Partial<ServerOptions> = {},
): Promise<RunningServer & { lines: string[] }> {
  const { log, lines } = readableLog();
  const server = await startServer({
    address: '127.0.0.1:0',
    insecure: options.tlsDir === undefined,
    handler: echo,
    log,
    ...options,
  });
  onTestFinished(() => server.drain(0));
  return { ...server, lines };
}

/** Waits until `condition` holds; fails after `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
