import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Maximum number of lines that the parser gets at a time. A piece of a body in chunks has two of them. */
const mostLines = 64;

/** Maximum number of bytes that a client may send before its last request is answered. */
const mostAhead = 16 * 1024;

type Exchange = Parameters<RequestListener>;

/**
 * Passes the requests of a connection to the listeners one by one: data that follows a request waits until the request
 * is answered. Without this, the parser turns each 64 KiB of a connection into a thousand requests, or ten thousand
 * pieces of a body, which need a hundred times the memory and block other clients.
 */
export const answerOneByOne = (server: Server): void => {
  const readers = new WeakMap<Socket, (...exchange: Exchange) => void>();
  server.on('connection', (socket: Socket) => readers.set(socket, readInParts(socket)));
  for (const event of ['request', 'checkContinue'] as const)
    server.prependListener(event, (...exchange: Exchange) => readers.get(exchange[0].socket)?.(...exchange));
};

/** Divides the data of a connection. Returns a function that must be called with each request. */
const readInParts = (socket: Socket) => {
  const unanswered = new Set<Exchange>();
  const push = socket.push.bind(socket);
  const read = socket._read.bind(socket);
  let rest: Buffer = Buffer.alloc(0);
  let ended = false;
  let soon: NodeJS.Immediate | undefined;

  const next = (): boolean => {
    clearImmediate(soon);
    soon = undefined;
    // the parser of a closed connection belongs to another one
    if (socket.destroyed) return false;
    const isLast = [...unanswered].some(([, response]) => response.writableEnded);
    const waits = isLast || [...unanswered].some(([request]) => request.complete);
    // a client that has closed its side gets no further answers
    if (ended && waits) rest = Buffer.alloc(0);
    if (ended && rest.length === 0) return push(null);
    if (isLast) return false;
    if (waits) {
      // reads on, because the client may close its side
      if (rest.length > mostAhead) socket.destroy();
      else read(0);
      return true;
    }
    const end = endOfPart(rest);
    const part = rest.subarray(0, end);
    rest = rest.subarray(end);
    return push(part) && rest.length === 0;
  };

  // By default, the parser reads from the operating system, and the stream never sees the data.
  socket.on('data', () => undefined);
  socket.push = (data: Buffer | null) => {
    if (data) rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    else ended = true;
    return next();
  };
  socket._read = (size) => {
    // other connections come first
    if (rest.length > 0) soon ??= setImmediate(next);
    else if (!ended) read(size);
  };
  return (...exchange: Exchange): void => {
    unanswered.add(exchange);
    exchange[1].once('close', () => {
      unanswered.delete(exchange);
      if (rest.length > 0 && socket.writable) next();
    });
  };
};

/** The first part ends after the first empty line, because that may be the end of a head, or after enough lines. */
const endOfPart = (data: Buffer): number => {
  let end = 0;
  for (let lines = 0; lines < mostLines; lines++) {
    end = data.indexOf('\n', end) + 1;
    if (end === 0) return data.length;
    const next = data[end] === cr ? end + 1 : end;
    if (data[next] === lf) return next + 1;
  }
  return end;
};

const cr = '\r'.charCodeAt(0);
const lf = '\n'.charCodeAt(0);
