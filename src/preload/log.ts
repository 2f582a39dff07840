import { writeSync } from 'node:fs';

/** Writes a line to stderr, where the logs of the container are read. */
export const log = (line: string): void => {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // The log has no reader.
  }
};
