import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { livePath, ssePath } from '../../contract/sidecar.ts';
import { createBoundedServer } from '../../process/connections.ts';
import type { Log } from '../../process/log.ts';
import { memoryOf, sidecarMemory } from '../shared/memory.ts';
import { problemOf } from '../shared/unclear.ts';
import { readBody } from './body.ts';
import { refuseHost } from './hosts.ts';
import { type Ending, openSession, type Session } from './session.ts';
import { admit, openUpstream } from './upstream.ts';

/** Options of a bridge. */
export interface BridgeOptions {
  /** Address that clients connect to. Port 0 selects a free port. */
  listen: { host: string; port: number };
  /** Origin of the server, such as `http://127.0.0.1:8081`. */
  server: URL;
  mcpPath: string;
  healthPath: string;
  /** Accepted host names of requests, in addition to localhost and IP addresses. */
  allowedHosts: readonly string[];
  log: Log;
  /** Maximum number of streams. Default: 256. */
  maxSessions?: number;
  /** The memory for messages, answers and data that waits for clients. */
  memory?: ReturnType<typeof memoryOf>;
}

/** A running bridge. */
export interface Bridge {
  port: number;
  sessions: () => number;
  /** Ends every session, and after `patience` milliseconds every connection. */
  close: (patience: number) => Promise<void>;
}

const messagesPath = '/messages';

/** The same answer for an unknown session and for the session of another client. */
const unknownSession = 'Unknown session: open one with GET /sse';

/**
 * Serves MCP over HTTP and server-sent events, as defined until 2024-11-05, for a server that supports streamable HTTP.
 * Rejects if it cannot listen on the address.
 * https://modelcontextprotocol.io/specification/2024-11-05/basic/transports
 */
export const startBridge = async (options: BridgeOptions): Promise<Bridge> => {
  const { log, maxSessions = 256, memory = memoryOf(sidecarMemory) } = options;
  const allowed = new Set(options.allowedHosts.map((name) => name.toLowerCase()));
  const upstream = openUpstream(options.server, options.mcpPath, options.healthPath, memory);
  // in the order of their last message
  const sessions = new Map<string, { session: Session; key: Buffer; used: boolean }>();
  const responses = new Set<ServerResponse>();
  let opening = 0;
  let closing = false;

  /** The session that gives way: the oldest whose client has not sent anything, or has been idle for longest. */
  const idle = (): Session | undefined => {
    const all = [...sessions.values()];
    return (all.find(({ used }) => !used) ?? all.find(({ session }) => session.idle()))?.session;
  };

  const openStream = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuseOneMore = (): void => {
      log.warn({ sessions: sessions.size }, 'Refused a session');
      answer(response, 503, `At most ${maxSessions} sessions may be open at a time`, { 'retry-after': '10' });
    };
    const full = sessions.size + opening >= maxSessions;
    if (closing || (full && !idle() && !memory.relieve())) return refuseOneMore();
    opening++;
    try {
      const headers = authorizationOf(request);
      const admission = await admit(upstream, headers);
      if (response.destroyed) return;
      if (!admission.admitted) return refuse(response, admission.status, admission.challenge);
      // only a client that the server admits may end the session of another one
      if (sessions.size >= maxSessions) void idle()?.end('idle');
      if (sessions.size >= maxSessions) return refuseOneMore();
      const session = await openSession({
        stream: response,
        upstream,
        headers,
        messagesPath,
        memory,
        onEnd: (ending: Ending) => {
          sessions.delete(session.id);
          log.info({ ending, sessions: sessions.size }, 'Session ended');
        },
      });
      sessions.set(session.id, { session, key: keyOf(request), used: false });
      log.info({ sessions: sessions.size }, 'Session opened');
      if (closing) await session.end('bridge');
    } finally {
      opening--;
    }
  };

  const takeMessage = async (
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
  ): Promise<void> => {
    const entry = sessions.get(id);
    // the session ID is not sufficient: each message must have the same token as the stream
    if (!entry || !timingSafeEqual(entry.key, keyOf(request))) return answer(response, 404, unknownSession);
    const share = memory.open();
    const body = await readBody(request, share).catch((error: unknown) => {
      share.end();
      throw error;
    });
    const message = body.ok ? JSONRPCMessageSchema.safeParse(body.value) : undefined;
    // the session may have ended in the meantime
    if (body.ok && message?.success && sessions.has(id)) {
      entry.used = true;
      sessions.delete(id);
      sessions.set(id, entry);
      entry.session.receive(message.data, share);
      return answer(response, 202, 'Accepted');
    }
    share.end();
    if (body.ok && message?.success) return answer(response, 404, unknownSession);
    const { status, message: why } = body.ok
      ? { status: 400, message: 'The message is not valid JSON-RPC' }
      : body.error;
    const retry = status === 503 ? { 'retry-after': '1' } : {};
    return answer(response, status, why, { connection: 'close', ...retry });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const unclear = problemOf(request);
    if (unclear !== undefined) return answer(response, 400, unclear, { connection: 'close' });
    const refusal = refuseHost(request.headers, allowed);
    if (refusal) return answer(response, refusal.status, refusal.message);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const route = `${request.method} ${pathname}`;
    if (route === `GET ${livePath}`) return answer(response, 200, 'OK');
    if (route === `GET ${options.healthPath}`) {
      const status = (await upstream.health())?.status ?? 503;
      return answer(response, status, status === 200 ? 'OK' : 'The MCP server is not healthy');
    }
    if (route === `GET ${ssePath}`) return openStream(request, response);
    if (route === `POST ${messagesPath}`)
      return takeMessage(request, response, searchParams.get('sessionId') ?? '');
    return answer(response, 404, `Not found: use GET ${ssePath} and POST ${messagesPath}`);
  };

  /** Node counts connections without a request as busy, and would wait for them. */
  const cutIfDone = (): void => {
    if (closing && responses.size === 0) server.closeAllConnections();
  };
  const server = createBoundedServer(log);
  server.on('request', (request, response) => {
    responses.add(response);
    response.once('close', () => {
      responses.delete(response);
      cutIfDone();
    });
    handle(request, response).catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'A request failed');
      if (response.headersSent) response.destroy();
      else answer(response, 400, 'The request is invalid');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    sessions: () => sessions.size,
    async close(patience) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const deadline = setTimeout(() => server.closeAllConnections(), patience);
      await Promise.all([...sessions.values()].map(({ session }) => session.end('bridge')));
      cutIfDone();
      await closed;
      clearTimeout(deadline);
      upstream.close();
    },
  };
};

const answer = (
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${message}\n`);
};

const refuse = (response: ServerResponse, status: number, challenge: string | null): void =>
  answer(
    response,
    status,
    status === 502 ? 'The MCP server does not answer' : 'The MCP server refuses this client',
    challenge === null ? {} : { 'www-authenticate': challenge },
  );

const authorizationOf = ({ headers }: IncomingMessage): Record<string, string> =>
  headers.authorization === undefined ? {} : { authorization: headers.authorization };

/** A digest, so that the comparison takes the same time for every client, and the bridge stores no token. */
const keyOf = ({ headers }: IncomingMessage): Buffer =>
  createHash('sha256')
    .update(headers.authorization ?? '')
    .digest();
