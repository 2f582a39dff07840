import { Agent, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { PlatformRanges } from '../../contract/addresses.ts';
import type { GateRoute } from '../../contract/gate.ts';
import { collectChunks } from '../shared/chunks.ts';
import type { Share } from '../shared/memory.ts';
import { checkLiteral, lookupWithin } from './dial.ts';

/** Maximum size of an answer in bytes, because the server keeps it in memory. */
export const maxAnswer = 8 * 1024 * 1024;

/** The parts of an API's answer that the server needs. */
export interface Answer {
  status: number;
  type: string | undefined;
  body: Content;
}

/** Content as a list of chunks. Joining them would double the memory. */
export interface Content {
  chunks: readonly Buffer[];
  size: number;
}

/** The request to send. */
export interface Outgoing {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Content;
}

/** Why there is no answer: `TIMEOUT`, `TOO_LARGE`, `NO_ROOM`, `ENCODED`, `BINARY`, `UPGRADED` or `CLOSED`. */
export class NoAnswer extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Connections to one Resource. They are kept, and never shared with another Resource. */
export interface Way {
  /**
   * The share holds the answer. Rejects with an error that has a `code`: of Node, of {@link NoAnswer}, or
   * `ADDRESS_NOT_ALLOWED`.
   */
  send: (outgoing: Outgoing, share: Share) => Promise<Answer>;
  close: () => void;
}

/**
 * Opens the connections of a route. `ca` is the PEM text of its certificate authorities. Redirects are never followed.
 */
export const openWay = (route: GateRoute, ca: string | undefined, ranges: PlatformRanges = {}): Way => {
  const keeping = { keepAlive: true, maxSockets: 32, maxFreeSockets: 4, timeout: 60_000 };
  const agent = route.tls ? new TlsAgent(keeping) : new Agent(keeping);
  const options = {
    host: route.host,
    port: route.port,
    lookup: lookupWithin(route.addresses, ranges),
    ...(route.name !== undefined && calledBy(route, route.name)),
    ...(ca !== undefined && { ca }),
    ...(route.verified === false && { rejectUnauthorized: false }),
  };
  return {
    async send(outgoing, share) {
      const once = (how: RequestOptions) => sendOnce(route, how, outgoing, share);
      checkLiteral(route.host, route.addresses, ranges);
      // A request that must not be repeated gets a new connection.
      if (!repeatable.has(outgoing.method)) return once({ ...options, agent: false });
      try {
        return await once({ ...options, agent });
      } catch (error) {
        // The other side may have closed a kept connection just before it was used again.
        if (error instanceof Stale) return once({ ...options, agent: false });
        throw error;
      }
    },
    close: () => agent.destroy(),
  };
};

/** The header that Node would create from the host, for the name that the tenant wrote. */
const hostHeader = ({ name, port, tls }: GateRoute): { host?: string } =>
  name === undefined ? {} : { host: port === (tls ? 443 : 80) ? name : `${name}:${port}` };

/** A Service that the tenant refers to by a shorter name. Its certificate may contain either name. */
const calledBy = ({ host }: GateRoute, name: string): RequestOptions & ConnectionOptions => ({
  servername: name,
  checkServerIdentity: (_servername, certificate) =>
    checkServerIdentity(name, certificate) && checkServerIdentity(host, certificate),
});

/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const repeatable = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** What writing to a connection, or reading from it, reports once the other side has closed it. */
const closedByPeer = new Set(['ECONNRESET', 'EPIPE']);

class Stale extends Error {}

const sendOnce = (
  route: GateRoute,
  options: RequestOptions,
  outgoing: Outgoing,
  share: Share,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, path, headers, body } = outgoing;
    const send = route.tls ? tlsRequest : plainRequest;
    const sent = send({
      ...options,
      method,
      path,
      headers: { ...hostHeader(route), ...headers, 'content-length': body.size },
    });
    let late: NoAnswer | undefined;
    const timer = setTimeout(() => {
      late = new NoAnswer('TIMEOUT');
      sent.destroy(late);
    }, route.timeout * 1000);
    let answered = false;
    sent.once('response', (incoming) => {
      answered = true;
      answerIn(incoming, share).then(resolve, (error: unknown) => {
        sent.destroy();
        reject(late ?? error);
      });
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && !answered && closedByPeer.has(error.code ?? '');
      reject(stale ? new Stale() : error);
    });
    sent.once('upgrade', (_incoming, socket) => {
      socket.destroy();
      reject(new NoAnswer('UPGRADED'));
    });
    sent.once('close', () => {
      clearTimeout(timer);
      if (!answered) reject(new NoAnswer('CLOSED'));
    });
    for (const chunk of body.chunks) sent.write(chunk);
    sent.end();
  });

const answerIn = async (incoming: IncomingMessage, share: Share): Promise<Answer> => {
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new NoAnswer('ENCODED');
  const body = await collect(incoming, maxAnswer, share);
  return { status: incoming.statusCode ?? 502, type: incoming.headers['content-type'], body };
};

/** Reads content to its end. Rejects with `TOO_LARGE` or `NO_ROOM`. The caller releases the bytes in the share. */
export const collect = async (incoming: IncomingMessage, most: number, share: Share): Promise<Content> => {
  const { chunks, add } = collectChunks();
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new NoAnswer('TOO_LARGE');
    if (!share.take(chunk.length)) throw new NoAnswer('NO_ROOM');
    add(chunk);
  }
  return { chunks, size };
};
