import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
import type { Memory, Share } from '../shared/memory.ts';
import { maxAnswer, unfit } from './answer.ts';
import type { Upstream } from './upstream.ts';

/** Why a session ended. A client receives the sentence in the errors of its open requests. */
export const endings = {
  client: 'The client closed the stream',
  server: 'The MCP server closed the connection',
  slow: 'The client does not read its stream',
  idle: 'The client had no open request, and another client needed the session',
  bridge: 'The bridge is shutting down',
} as const;
export type Ending = keyof typeof endings;

/** The event stream of one client, and a separate connection to the server. */
export interface Session {
  id: string;
  /** Whether no request of the client is open. */
  idle: () => boolean;
  /** Handles a message of the client, and ends its share when the server has answered. */
  receive: (message: JSONRPCMessage, share: Share) => void;
  /** Answers open requests with an error, and closes both sides. Has no effect if called again. */
  end: (ending: Ending) => Promise<void>;
}

export interface SessionOptions {
  /** The response that becomes the stream. */
  stream: ServerResponse;
  upstream: Upstream;
  /** Headers of each message to the server. */
  headers: Record<string, string>;
  /** Path that the client posts to. */
  messagesPath: string;
  /** The memory for data that waits for the client. */
  memory: Memory;
  onEnd: (ending: Ending) => void;
}

/** Maximum number of concurrent requests of one client. */
const maxOpen = 256;

/**
 * Milliseconds between comments. They prevent proxies from closing an idle stream, and reveal a disconnected client.
 */
const heartbeat = 15_000;

/** Milliseconds for the server to end the session. */
const farewell = 1000;

/** Opens the stream, and passes messages in both directions until one side ends. */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { stream, upstream, headers, messagesPath, memory, onEnd } = options;
  const id = randomUUID();
  // a client that does not read releases no bytes, so it is ended when others need memory
  const backlog = memory.open(() => void end('slow'));
  const up = new StreamableHTTPClientTransport(upstream.mcp, {
    fetch: upstream.fetch,
    requestInit: { headers },
  });
  const open = new Map<RequestId, string>();
  // Servers refuse requests that overtake `notifications/initialized`, so messages after a notification wait for it.
  let ready: Promise<void> = Promise.resolve();
  let ended = false;

  /** Returns false if there is not enough memory. */
  const write = (event: string, data: string): boolean => {
    const bytes = Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
    if (!ended && !backlog.take(bytes.length)) return false;
    // a client that disconnected has also closed the stream, which ends the session
    stream.write(bytes, () => backlog.give(bytes.length));
    return true;
  };
  const send = (message: JSONRPCMessage): void => {
    if (write('message', JSON.stringify(message)) || ended) return;
    const isAnswer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
    if (stream.writableLength > 0 || !isAnswer || message.id === undefined) void end('slow');
    else if (!write('message', errorFor(message.id, refusal(unfit.noRoom)))) void end('slow');
  };
  const refuse = (request: RequestId, message: string): void => {
    open.delete(request);
    if (!write('message', errorFor(request, message))) void end('slow');
  };

  const receive = (message: JSONRPCMessage, share: Share): void => {
    if (isJSONRPCRequest(message)) {
      if (open.size >= maxOpen) {
        share.end();
        refuse(message.id, `At most ${maxOpen} requests may be open at a time`);
        return;
      }
      open.set(message.id, message.method);
    }
    const sent = ready.then(() => up.send(message));
    const done = sent
      .catch((error: unknown) => {
        if (!(error instanceof StreamableHTTPError)) return; // onerror has handled it
        // https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#session-management
        if (error.code === 404 && up.sessionId !== undefined) void end('server');
        else if (isJSONRPCRequest(message)) refuse(message.id, refusal(error.code));
      })
      .finally(() => share.end());
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
  // An HTTP status is an answer. After any other error, an answer may never arrive: the connection was lost, or
  // the data was not MCP.
  up.onerror = (error) => {
    if (!(error instanceof StreamableHTTPError)) void end('server');
  };
  stream.once('close', () => void end('client'));

  const beat = setInterval(() => stream.write(': keep-alive\n\n'), heartbeat);
  const end = async (ending: Ending): Promise<void> => {
    if (ended) return;
    ended = true;
    clearInterval(beat);
    onEnd(ending);
    backlog.end();
    for (const request of open.keys()) refuse(request, endings[ending]);
    if (ending === 'slow') stream.destroy();
    else stream.end();
    await Promise.race([up.terminateSession().catch(() => undefined), elapsed(farewell)]);
    await up.close();
  };

  await up.start();
  stream.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  write('endpoint', `${messagesPath}?sessionId=${id}`);
  return { id, idle: () => open.size === 0, receive, end };
};

const errorFor = (id: RequestId, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } });

const refusal = (status = -1): string => {
  if (status < 0) return 'The MCP server sent an invalid MCP answer';
  if (status === unfit.tooLarge) return `The answer is larger than ${maxAnswer} bytes: request less data`;
  if (status === unfit.noRoom)
    return 'Too many answers are in progress: try again later, or request less data';
  return `The MCP server answered with HTTP ${status}`;
};

const elapsed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
