import { writeSync } from 'node:fs';
import { Server } from 'node:net';
import { connectionInContext } from './connections.ts';
import { describeError } from './describe-error.ts';

/**
 * Loaded before a server: an exception that nobody catches ends the connection that it arose on, and not the process,
 * which serves others. Before the process serves, it ends as it would without.
 * https://nodejs.org/api/process.html#event-uncaughtexception
 */

let serving = false;

const { listen } = Server.prototype as unknown as { listen: (...args: unknown[]) => Server };
Object.assign(Server.prototype, {
  listen(this: Server, ...args: unknown[]) {
    this.once('listening', () => {
      serving = true;
    });
    return listen.apply(this, args);
  },
});
// The stdio transport serves as soon as it reads.
process.stdin.on('newListener', (event) => {
  if (event === 'data' || event === 'readable') serving = true;
});

const log = (line: string) => {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody reads the log any more.
  }
};

const survive = (kind: string) => (error: unknown) => {
  log(`${kind}: ${describeError(error)}`);
  if (!serving) process.exit(1);
  connectionInContext()?.();
};
process.on('uncaughtException', survive('uncaught exception'));
process.on('unhandledRejection', survive('unhandled rejection'));
