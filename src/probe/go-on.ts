import { anonymous, type Log } from './log.ts';

/**
 * Makes this process go on after an exception that nobody catches: a driver that throws in the midst of what a server
 * sent must not end the checks of others. The check itself ends by its deadline, and a loop that stands still shows in
 * `/healthz`.
 */
export const goOn = (log: Pick<Log, 'error'>): void => {
  const survive = (error: unknown) => log.error(anonymous(error), 'uncaught exception; the probe continues');
  process.on('uncaughtException', survive);
  process.on('unhandledRejection', survive);
};
