import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** The logger of the probe. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Destination of the lines. */
export interface Lines {
  write(line: string): void;
}

/** Fields that a line must never show. */
const never = ['password', 'token', 'secrets', 'secret', 'caPem', 'err', 'error', 'message'];

/** Creates a logger that writes one JSON object per line, by default to standard output. */
export const createLog = (level: string, lines?: Lines): Logger => {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: [...never, ...never.map((field) => `*.${field}`)], censor: '[redacted]' },
  };
  return lines ? pino(options, lines) : pino(options);
};

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
