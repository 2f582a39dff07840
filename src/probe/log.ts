import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** What the probe logs to. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Where lines go. */
export interface Lines {
  write(line: string): void;
}

/** Fields that no line shows, should somebody put them there. */
const never = ['password', 'token', 'secrets', 'secret', 'caPem', 'err', 'error', 'message'];

/** A logger that writes a JSON object per line, by default to standard output. */
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

/** What may be logged of a thrown value: kind, code and place. Its message may quote a password. */
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
