import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** The logger of the edge. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Destination of the lines: a stream that takes whole lines. */
export interface Lines {
  write(line: string): void;
}

/** Fields that a line must never show, at any depth. */
const NEVER = ['password', 'token', 'data', 'stringData', 'request', 'response', 'resource'];

/** Creates a logger that writes one JSON object per line, by default to standard output. */
export function createLog(options: { level?: string } = {}, lines?: Lines): Logger {
  const settings: LoggerOptions = {
    level: options.level ?? 'info',
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: [...NEVER, ...NEVER.map((field) => `*.${field}`)], censor: '[redacted]' },
  };
  return lines === undefined ? pino(settings) : pino(settings, lines);
}
