import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** What the edge logs to. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Where lines go; a stream that takes whole lines. */
export interface Lines {
  write(line: string): void;
}

/** Fields that no line may show, wherever somebody puts them. */
const NEVER = ['password', 'token', 'data', 'stringData', 'request', 'response', 'resource'];

/** A logger that writes a JSON object per line, by default to standard output. */
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
