import type { Logger } from 'pino';
import { createLog, type Lines } from '../process/log.ts';

/** Fields that a line must never show. Unlike the function, the probe logs the names of Resources, and meets drivers' errors. */
const never = ['password', 'token', 'secrets', 'secret', 'caPem', 'err', 'error', 'message'];

/** Creates the logger of the probe. */
export const createProbeLog = (level: string, lines?: Lines): Logger => createLog({ level, never }, lines);

/** The parts of a thrown value that may be logged: class, code and place. Its message may contain a password. */
export const anonymous = (error: unknown): { bug: string; code?: string; at?: string[] } => {
  if (!(error instanceof Error)) return { bug: typeof error };
  const { code } = error as NodeJS.ErrnoException;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    bug: error.constructor.name,
    ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) && { code }),
    at: frames.slice(0, 8).map((line) => line.trim()),
  };
};
