import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** The logger of a process. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Destination of the lines: a stream that takes whole lines. */
export interface Lines {
  write(line: string): void;
}

/** Fields that a line must never show. */
const secret = ['password', 'token', 'data', 'stringData', 'request', 'response', 'resource'];

/**
 * Creates a logger that writes one JSON object per line, by default to standard output. `never` replaces the fields that
 * a line must never show.
 */
export function createLog(
  { level = 'info', never = secret }: { level?: string; never?: readonly string[] } = {},
  lines?: Lines,
): Logger {
  const settings: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: [...never, ...never.map((field) => `*.${field}`)], censor: '[redacted]' },
  };
  return lines === undefined ? pino(settings) : pino(settings, lines);
}
