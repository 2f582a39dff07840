import type { Log } from '../process/log.ts';
import { anonymous } from './log.ts';

/**
 * Keeps the process running after an uncaught exception: a driver that throws for the data of one server must not end
 * the checks of others. The deadline ends the affected check, and `/healthz` reports a loop that is stuck.
 */
export const goOn = (log: Pick<Log, 'error'>): void => {
  const survive = (error: unknown) => log.error(anonymous(error), 'uncaught exception; the probe continues');
  process.on('uncaughtException', survive);
  process.on('unhandledRejection', survive);
};
