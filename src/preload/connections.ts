import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import { bounded } from './bounded.ts';
import { type Connect, connectArguments } from './connect-arguments.ts';
import { readDestinations } from './destinations.ts';
import { log } from './log.ts';

/**
 * The connections that this process opened. Some drivers lack a deadline for some steps, and a call without an answer
 * would block its client and the Resource forever. So a connection ends
 * - if its peer does not answer in time, whether it is silent or sends byte by byte;
 * - if it is idle while a call has waited for longer than any Resource may take: a driver waits for the rest of a
 *   partial answer, and only the driver knows that it is partial. An idle connection of a pool is then closed too, and
 *   opened again.
 */

interface Waiting {
  /** Host and port, for the log. */
  target: string;
  /** Time of the last write, in milliseconds of `performance.now()`. */
  since: number;
  /** Time of the last read or write. */
  active: number;
  answered: boolean;
  limit: number;
}

const waiting = new Map<Socket, Waiting>();
/** Events on which a driver reads data. */
const readers: ReadonlySet<unknown> = new Set(['data', 'readable']);
const inContext = new AsyncLocalStorage<Socket>();

const { targets } = readDestinations();
const longest = Math.max(0, ...targets.map(({ seconds }) => seconds));

/** Milliseconds that the server at a host and port may take. A destination of a redirect gets the longest limit. */
const limitOf = (host: string | undefined, port: number): number => {
  const times = targets.filter((each) => each.host === host && each.port === port);
  return (times.length === 0 ? longest : Math.max(...times.map(({ seconds }) => seconds))) * 1000;
};

const watch = (socket: Socket, target: string, limit: number) => {
  const now = performance.now();
  waiting.set(socket, { target, since: now, active: now, answered: false, limit });
  socket.once('close', () => waiting.delete(socket));
};

/** Passes an error only if there is a listener. Other drivers notice that the connection has closed. */
const end = (socket: Socket, reason: string) => {
  const target = waiting.get(socket)?.target;
  if (target !== undefined) log(`ended a connection to ${JSON.stringify(target)}: ${reason}`);
  waiting.delete(socket);
  const error = Object.assign(new Error('the server did not answer in time'), { code: 'ETIMEDOUT' });
  socket.destroy(socket.listenerCount('error') > 0 ? error : undefined);
};

/**
 * Returns a function that ends the connection which caused the current call. Undefined if there is no such connection.
 */
export const connectionInContext = (): (() => void) | undefined => {
  const socket = inContext.getStore();
  return socket && (() => end(socket, 'an exception while its data was read'));
};

const prototype = Socket.prototype as unknown as {
  connect: Connect;
  _write: (this: Socket, ...args: unknown[]) => void;
  _writev: (this: Socket, ...args: unknown[]) => void;
};
const { connect, _write, _writev } = prototype;
const asked = (socket: Socket) => {
  const state = waiting.get(socket);
  const now = performance.now();
  if (state) Object.assign(state, { since: now, active: now, answered: false });
};
Object.assign(prototype, {
  connect(this: Socket, ...args: unknown[]) {
    const { options } = connectArguments(args);
    const port = Number(options.port);
    watch(this, `${options.host ?? 'localhost'}:${port}`, limitOf(options.host, port));
    return inContext.run(this, () => connect.apply(this, args));
  },
  _write(this: Socket, ...args: unknown[]) {
    asked(this);
    _write.apply(this, args);
  },
  _writev(this: Socket, ...args: unknown[]) {
    asked(this);
    _writev.apply(this, args);
  },
  push(this: Socket, ...args: [unknown, BufferEncoding?]) {
    const state = waiting.get(this);
    if (state) {
      state.active = performance.now();
      state.answered = true;
      if (state.active - state.since > state.limit) end(this, 'its answer took too long');
    }
    return Readable.prototype.push.apply(this, args);
  },
  emit(this: Socket, ...args: [string, ...unknown[]]) {
    const emit = () => Readable.prototype.emit.apply(this, args);
    if (!readers.has(args[0]) || !waiting.has(this)) return emit();
    const heard = bounded(emit);
    if (heard === undefined) end(this, 'its data took the driver too long to read');
    return heard ?? true;
  },
});

// TLS over an existing connection has a separate socket, which reads and writes from now on. Its peer must answer the
// handshake first.
const secure = tls.connect as (...args: unknown[]) => tls.TLSSocket;
Object.assign(tls, {
  connect(...args: unknown[]) {
    const below = (args[0] as { socket?: Socket } | undefined)?.socket;
    const state = below && waiting.get(below);
    const socket = below ? inContext.run(below, () => secure(...args)) : secure(...args);
    if (below && state) {
      waiting.delete(below);
      watch(socket, state.target, state.limit);
    }
    return socket;
  },
});
syncBuiltinESMExports();

/** Unanswered calls of clients, and the time when they arrived. */
const calls = new Map<ServerResponse, number>();
subscribe('http.server.request.start', (message) => {
  const { response } = message as { response: ServerResponse };
  calls.set(response, performance.now());
  response.once('close', () => calls.delete(response));
});

setInterval(() => {
  const now = performance.now();
  const overdue = [...calls.values()].some((came) => now - came > longest * 1000);
  for (const [socket, { since, active, answered, limit }] of waiting)
    if (now - (answered ? active : since) > limit && (!answered || overdue))
      end(socket, answered ? 'it was idle while a call waited' : 'it did not answer');
}, 1000).unref();
