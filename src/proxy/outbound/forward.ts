import { Agent, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { PlatformRanges } from '../../contract/addresses.ts';
import type { GateRoute } from '../../contract/gate.ts';
import type { Memory } from '../memory.ts';
import { checkLiteral, lookupWithin } from './dial.ts';

/** Bytes that an answer may have: it is kept in memory by the server. */
export const maxAnswer = 8 * 1024 * 1024;

/** An answer of an API, of which the server needs no more. Its bytes are taken of the memory until they are given back. */
export interface Answer {
  status: number;
  type: string | undefined;
  body: Buffer;
}

/** What is sent. */
export interface Outgoing {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
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
  /** Rejects with an error that has a `code`: of Node, of {@link NoAnswer}, or `ADDRESS_NOT_ALLOWED`. */
  send: (outgoing: Outgoing) => Promise<Answer>;
  close: () => void;
}

/** Opens the way of a route; `ca` is the text of its certificate authorities. No redirect is ever followed. */
export const openWay = (
  route: GateRoute,
  ca: string | undefined,
  memory: Memory,
  ranges: PlatformRanges = {},
): Way => {
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
  const once = (how: RequestOptions, outgoing: Outgoing) => sendOnce(route, how, outgoing, memory);
  return {
    async send(outgoing) {
      checkLiteral(route.host, route.addresses, ranges);
      // What must not be done twice gets a connection of its own.
      if (!repeatable.has(outgoing.method)) return once({ ...options, agent: false }, outgoing);
      try {
        return await once({ ...options, agent }, outgoing);
      } catch (error) {
        // The other side may have closed a connection that was kept, just as it was taken.
        if (error instanceof Stale) return once({ ...options, agent: false }, outgoing);
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
  memory: Memory,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, path, headers, body } = outgoing;
    const send = route.tls ? tlsRequest : plainRequest;
    const sent = send({
      ...options,
      method,
      path,
      headers: { ...hostHeader(route), ...headers, 'content-length': body.length },
    });
    let late: NoAnswer | undefined;
    const timer = setTimeout(() => {
      late = new NoAnswer('TIMEOUT');
      sent.destroy(late);
    }, route.timeout * 1000);
    let answered = false;
    sent.once('response', (incoming) => {
      answered = true;
      collect(incoming, memory).then(resolve, (error: unknown) => {
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
    sent.end(body);
  });

const collect = async (incoming: IncomingMessage, memory: Memory): Promise<Answer> => {
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new NoAnswer('ENCODED');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (size + chunk.length > maxAnswer) throw new NoAnswer('TOO_LARGE');
      if (!memory.take(chunk.length)) throw new NoAnswer('NO_ROOM');
      size += chunk.length;
      chunks.push(chunk);
    }
  } catch (error) {
    memory.give(size);
    throw error;
  }
  return {
    status: incoming.statusCode ?? 502,
    type: incoming.headers['content-type'],
    body: Buffer.concat(chunks),
  };
};
