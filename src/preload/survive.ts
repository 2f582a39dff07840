import { Server } from 'node:net';
import { connectionInContext } from './connections.ts';
import { describeError } from './describe-error.ts';
import { log } from './log.ts';

/**
 * Preloaded before a server. An uncaught exception ends the connection that caused it, and not the process, which
 * serves other clients. Before the process serves, an exception ends it as usual.
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

const survive = (kind: string) => (error: unknown) => {
  log(`${kind}: ${describeError(error)}`);
  if (!serving) process.exit(1);
  connectionInContext()?.();
};
process.on('uncaughtException', survive('uncaught exception'));
process.on('unhandledRejection', survive('unhandled rejection'));
