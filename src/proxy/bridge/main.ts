import { createLog } from '../../process/log.ts';
import { type BridgeOptions, startBridge } from './server.ts';

/** Milliseconds from SIGTERM until open connections are closed. */
const patience = 3000;

/**
 * Runs the bridge as a process until SIGTERM or SIGINT, then ends every session.
 *
 * @returns the exit status of the process: 0 after a clean stop, 1 if it could not start
 */
export const runBridge = async (options: Omit<BridgeOptions, 'log'>): Promise<number> => {
  const log = createLog();
  const { host, port } = options.listen;
  try {
    const bridge = await startBridge({ ...options, log });
    log.info({ address: `${host}:${bridge.port}`, server: options.server.origin }, 'Serving');
    const signal = await stopSignal();
    log.info({ signal, sessions: bridge.sessions() }, 'Stopping');
    await bridge.close(patience);
    log.info('Stopped');
    return 0;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    log.error({ code, address: `${host}:${port}` }, 'The bridge cannot listen on this address');
    return 1;
  }
};

const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
