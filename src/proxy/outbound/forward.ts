import { Agent, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { PlatformRanges } from '../../contract/addresses.ts';
import type { GateRoute } from '../../contract/gate.ts';
import type { Share } from '../shared/memory.ts';
import { checkLiteral, lookupWithin } from './dial.ts';

/** Bytes that an answer may have: it is kept in memory by the server. */
export const maxAnswer = 8 * 1024 * 1024;

/** An answer of an API, of which the server needs no more. */
export interface Answer {
  status: number;
  type: string | undefined;
  body: Content;
}

/** Content in the pieces that it came in: joined, it would be there twice. */
export interface Content {
  chunks: readonly Buffer[];
  size: number;
}

/** What is sent. */
export interface Outgoing {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Content;
}

/** Why there is no answer: `TIMEOUT`, `TOO_LARGE`, `NO_ROOM`, `ENCODED`, `UPGRADED` or `CLOSED`. */
export class NoAnswer extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The way to one Resource: connections are kept, and never shared with another. */
export interface Way {
  /**
   * The answer counts in the share. Rejects with an error that has a `code`: of Node, of {@link NoAnswer}, or
   * `ADDRESS_NOT_ALLOWED`.
   */
  send: (outgoing: Outgoing, share: Share) => Promise<Answer>;
  close: () => void;
}

/** Opens the way of a route; `ca` is the text of its certificate authorities. No redirect is ever followed. */
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
      // What must not be done twice gets a connection of its own.
      if (!repeatable.has(outgoing.method)) return once({ ...options, agent: false });
      try {
        return await once({ ...options, agent });
      } catch (error) {
        // The other side may have closed a connection that was kept, just as it was taken.
        if (error instanceof Stale) return once({ ...options, agent: false });
        throw error;
      }
    },
    close: () => agent.destroy(),
  };
};

/** The header that Node would make of the host, for the name that the tenant wrote. */
const hostHeader = ({ name, port, tls }: GateRoute): { host?: string } =>
  name === undefined ? {} : { host: port === (tls ? 443 : 80) ? name : `${name}:${port}` };

/** A Service that its tenant calls by a shorter name: it is known by that one, and its certificate may have either. */
const calledBy = ({ host }: GateRoute, name: string): RequestOptions & ConnectionOptions => ({
  servername: name,
  checkServerIdentity: (_servername, certificate) =>
    checkServerIdentity(name, certificate) && checkServerIdentity(host, certificate),
});

/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const repeatable = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

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
      const stale = sent.reusedSocket && !answered && error.code === 'ECONNRESET';
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

/** Reads content to its end. Rejects with `TOO_LARGE` or `NO_ROOM`; the caller gives back what counts in the share. */
export const collect = async (incoming: IncomingMessage, most: number, share: Share): Promise<Content> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new NoAnswer('TOO_LARGE');
    if (!share.take(chunk.length)) throw new NoAnswer('NO_ROOM');
    chunks.push(chunk);
  }
  return { chunks, size };
};
