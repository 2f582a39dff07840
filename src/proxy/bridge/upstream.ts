import { Agent, type IncomingMessage, request } from 'node:http';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type Health, watchHealth } from '../shared/health.ts';
import type { Memory } from '../shared/memory.ts';
import { eventsIn, wholeOf } from './answer.ts';

/** The MCP server that the bridge serves. */
export interface Upstream {
  mcp: URL;
  /** The answer of the server's health page. Undefined if the server does not answer. */
  health: () => Promise<Health | undefined>;
  /** For the SDK's transport. */
  fetch: FetchLike;
  close: () => void;
}

/** Statuses that have no body. */
const bodiless = new Set([101, 204, 205, 304]);

/**
 * Creates the connections to a server. The memory holds its answers. Does not follow redirects, so that the token of a
 * client is not sent elsewhere.
 */
export const openUpstream = (server: URL, mcpPath: string, healthPath: string, memory: Memory): Upstream => {
  const agent = new Agent({ keepAlive: true });
  return {
    mcp: new URL(mcpPath, server),
    health: watchHealth(new URL(healthPath, server)),
    fetch: plainFetch(agent, memory),
    close: () => agent.destroy(),
  };
};

/**
 * `fetch` for plain HTTP. The built-in `fetch` times out after five minutes without an answer, but a query may be
 * allowed an hour.
 */
const plainFetch =
  (agent: Agent, memory: Memory): FetchLike =>
  (url, init = {}) =>
    new Promise((resolve, reject) => {
      const headers = Object.fromEntries(new Headers(init.headers));
      const options = { agent, method: init.method ?? 'GET', headers };
      const outgoing = request(
        url,
        init.signal ? { ...options, signal: init.signal } : options,
        (incoming) => {
          responseOf(incoming, memory).then(resolve, reject);
        },
      );
      outgoing.once('error', reject);
      outgoing.end(init.body);
    });

/** Resolves immediately for an event stream, and for anything else when it is complete. */
const responseOf = async (incoming: IncomingMessage, memory: Memory): Promise<Response> => {
  const fields = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const init = { status: incoming.statusCode ?? 502, headers: fields };
  if (bodiless.has(init.status)) {
    incoming.resume();
    return new Response(null, init);
  }
  if (/^text\/event-stream *(;|$)/i.test(incoming.headers['content-type'] ?? ''))
    return new Response(eventsIn(incoming, memory), init);
  const body = await wholeOf(incoming, memory);
  return typeof body === 'number' ? new Response(null, { status: body }) : new Response(body, init);
};

/** The server's decision on a client. */
export type Admission = { admitted: true } | { admitted: false; status: number; challenge: string | null };

/** Maximum duration of a ping or a health check, in milliseconds. */
const patience = 10_000;

/**
 * Asks the server whether it accepts this client, by a ping with the client's headers, because the bridge does not know
 * the token. Any answer except 401 and 403 admits the client. If the server does not answer, the status is 502.
 */
export const admit = async (
  { mcp, fetch }: Upstream,
  headers: Record<string, string>,
): Promise<Admission> => {
  try {
    const answer = await fetch(mcp, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'bridge', method: 'ping' }),
      signal: AbortSignal.timeout(patience),
    });
    await answer.body?.cancel();
    return answer.status === 401 || answer.status === 403
      ? { admitted: false, status: answer.status, challenge: answer.headers.get('www-authenticate') }
      : { admitted: true };
  } catch {
    return { admitted: false, status: 502, challenge: null };
  }
};
