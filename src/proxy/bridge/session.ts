import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
import type { Upstream } from './upstream.ts';

/** Why a session ended; a client reads the sentence in the errors of its open requests. */
export const endings = {
  client: 'The client closed the stream',
  server: 'The MCP server went away',
  slow: 'The client does not read its stream',
  bridge: 'The bridge is shutting down',
} as const;
export type Ending = keyof typeof endings;

/** One client's event stream, and its own connection to the server. */
export interface Session {
  id: string;
  /** Takes a message of the client and answers its POST. */
  receive: (request: IncomingMessage, response: ServerResponse, message: unknown) => Promise<void>;
  /** Answers what is open with an error, and closes both sides. Harmless when called again. */
  end: (ending: Ending) => Promise<void>;
}

export interface SessionOptions {
  /** The response that becomes the stream. */
  stream: ServerResponse;
  upstream: Upstream;
  /** Headers that each message is sent to the server with. */
  headers: Record<string, string>;
  /** Path that the client is to POST to. */
  messagesPath: string;
  onEnd: (ending: Ending) => void;
}

/** Bytes that may wait for a client that does not read. */
const maxBacklog = 32 * 1024 * 1024;

/** Requests of one client that the server may work on at the same time. */
const maxOpen = 256;

/** Milliseconds between comments that keep proxies from closing a quiet stream, and show a dead client. */
const heartbeat = 15_000;

/** Milliseconds for the server to say good-bye. */
const farewell = 1000;

/** Opens the stream and passes messages both ways until either side ends. */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { stream, upstream, headers, messagesPath, onEnd } = options;
  const down = new SSEServerTransport(messagesPath, stream);
  const up = new StreamableHTTPClientTransport(upstream.mcp, {
    fetch: upstream.fetch,
    requestInit: { headers },
  });
  const open = new Map<RequestId, string>();
  // Servers refuse requests that overtake `notifications/initialized`: what follows a notification waits for it.
  let ready: Promise<void> = Promise.resolve();
  let ended = false;

  const send = (message: JSONRPCMessage): void => {
    // looked at before the message: a single one may be large
    if (!ended && stream.writableLength > maxBacklog) void end('slow');
    // a client that has gone has also closed the stream, which ends the session
    else down.send(message).catch(() => undefined);
  };
  const refuse = (id: RequestId, message: string): void => {
    open.delete(id);
    send({ jsonrpc: '2.0', id, error: { code: -32_000, message } });
  };

  down.onmessage = (message) => {
    if (isJSONRPCRequest(message)) {
      if (open.size >= maxOpen) return refuse(message.id, `At most ${maxOpen} requests may be open`);
      open.set(message.id, message.method);
    }
    const sent = ready.then(() => up.send(message));
    const done = sent.catch((error: unknown) => {
      if (!(error instanceof StreamableHTTPError)) return; // onerror has seen it
      // https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#session-management
      if (error.code === 404 && up.sessionId !== undefined) void end('server');
      else if (isJSONRPCRequest(message)) refuse(message.id, refusal(error.code));
    });
    if (!isJSONRPCRequest(message)) ready = done;
  };
  up.onmessage = (message) => {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      const method = message.id === undefined ? undefined : open.get(message.id);
      if (message.id !== undefined) open.delete(message.id);
      if (method === 'initialize' && 'result' in message) {
        const { protocolVersion } = message.result;
        if (typeof protocolVersion === 'string') up.setProtocolVersion(protocolVersion);
      }
    }
    send(message);
  };
  // An HTTP status is an answer. Anything else means that an answer may never come: the connection broke, or
  // what came is no MCP.
  up.onerror = (error) => {
    if (!(error instanceof StreamableHTTPError)) void end('server');
  };
  down.onclose = () => void end('client');

  const beat = setInterval(() => stream.write(': keep-alive\n\n'), heartbeat);
  const end = async (ending: Ending): Promise<void> => {
    if (ended) return;
    ended = true;
    clearInterval(beat);
    onEnd(ending);
    for (const id of open.keys()) refuse(id, endings[ending]);
    await down.close();
    if (ending === 'slow') stream.destroy();
    await Promise.race([up.terminateSession().catch(() => undefined), elapsed(farewell)]);
    await up.close();
  };

  await up.start();
  stream.setHeader('X-Accel-Buffering', 'no');
  await down.start();
  return { id: down.sessionId, receive: (...args) => down.handlePostMessage(...args), end };
};

const refusal = (status: number | undefined): string =>
  status === undefined || status < 0
    ? 'The MCP server gave an answer that is not MCP'
    : `The MCP server answered with HTTP ${status}`;

const elapsed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
