import { describeFailure } from '../contract/failure.ts';
import { StartError } from '../process/start-error.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';

/**
 * Runs the server as a process: serves until the process is told to stop by SIGTERM or SIGINT, then drains.
 *
 * @returns the exit code of the process: 0 after a drain, 1 if the server could not start
 */
export async function serve(options: ServerOptions): Promise<number> {
  const { log } = options;
  process.on('uncaughtException', (error) => {
    log.error(describeFailure(error), 'A bug ended the process');
    process.exit(1);
  });
  let server: RunningServer;
  try {
    server = await startServer(options);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    log.error({ problem: error.message }, 'The function could not start');
    return 1;
  }
  log.info({ address: server.address, tls: options.insecure !== true }, 'Serving');
  const signal = await stopSignal();
  log.info({ signal }, 'Draining');
  await server.drain();
  log.info('Stopped');
  return 0;
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
