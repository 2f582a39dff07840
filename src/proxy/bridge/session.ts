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

/** Why a session ended; a client reads the sentence in the errors of its open requests. */
export const endings = {
  client: 'The client closed the stream',
  server: 'The MCP server closed the connection',
  slow: 'The client does not read its stream',
  bridge: 'The bridge is shutting down',
} as const;
export type Ending = keyof typeof endings;

/** One client's event stream, and its own connection to the server. */
export interface Session {
  id: string;
  /** Takes a message of the client, and ends its share when the server has answered. */
  receive: (message: JSONRPCMessage, share: Share) => void;
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
  /** What waits for the client counts in it. */
  memory: Memory;
  onEnd: (ending: Ending) => void;
}

/** Requests of one client that the server may work on at the same time. */
const maxOpen = 256;

/** Milliseconds between comments that keep proxies from closing a quiet stream, and show a dead client. */
const heartbeat = 15_000;

/** Milliseconds for the server to say good-bye. */
const farewell = 1000;

/** Opens the stream and passes messages both ways until either side ends. */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { stream, upstream, headers, messagesPath, memory, onEnd } = options;
  const id = randomUUID();
  // a client that does not read gives nothing back, and ends when others need the room
  const backlog = memory.open(() => void end('slow'));
  const up = new StreamableHTTPClientTransport(upstream.mcp, {
    fetch: upstream.fetch,
    requestInit: { headers },
  });
  const open = new Map<RequestId, string>();
  // Servers refuse requests that overtake `notifications/initialized`: what follows a notification waits for it.
  let ready: Promise<void> = Promise.resolve();
  let ended = false;

  /** False where there is no room for it. */
  const write = (event: string, data: string): boolean => {
    const bytes = Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
    if (!ended && !backlog.take(bytes.length)) return false;
    // a client that has gone has also closed the stream, which ends the session
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
        if (!(error instanceof StreamableHTTPError)) return; // onerror has seen it
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
  // An HTTP status is an answer. Anything else means that an answer may never come: the connection broke, or
  // what came is no MCP.
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
  return { id, receive, end };
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
