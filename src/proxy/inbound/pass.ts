import { type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { Share } from '../shared/memory.ts';

/** Headers that belong to one connection, and the token. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const dropped = [
  'authorization',
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Headers that a Connection header cannot remove: the server needs one to judge, and both sides need the others for
 * framing.
 */
const kept = new Set(['host', 'content-length']);

/** The forwarded headers, without those that belong to one connection or are named by the Connection header. */
export const passedOn = ({
  headers,
}: Pick<IncomingMessage, 'headers'>): Record<string, string | string[]> => {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const out = new Set([...dropped, ...named.filter((name) => !kept.has(name))]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || out.has(name) ? [] : [[name, value]],
    ),
  );
};

/**
 * Passes a request to a server over a new connection, with the framing that was judged, and streams the answer back.
 * Reads each side as fast as the other side accepts data. The share holds the data in transit; the caller ends it.
 */
export const pass = (
  request: IncomingMessage,
  response: ServerResponse,
  { hostname, port }: URL,
  share: Share,
): void => {
  const framing =
    request.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
  const outgoing = open({
    agent: false,
    host: hostname,
    port,
    method: request.method,
    path: request.url,
    headers: { ...passedOn(request), ...framing },
  });
  const fail = (): void => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, 'The MCP server does not answer');
    outgoing.destroy();
  };
  outgoing.once('response', (incoming) => {
    const { statusCode: status = 502 } = incoming;
    if (status < 200 || status > 599) return fail();
    response.writeHead(status, passedOn(incoming));
    response.flushHeaders();
    pump(incoming, response, share).catch(() => response.destroy());
  });
  outgoing.once('error', fail);
  // an upgrade that nobody requested is not an answer
  outgoing.once('close', () => !response.headersSent && fail());
  response.once('close', () => outgoing.destroy());
  // A client that disconnects has also closed the response. A server may answer before it has read the whole request.
  pump(request, outgoing, share).catch(() => undefined);
};

/** Answers with a sentence, and closes the connection without reading further requests. */
export const refuse = (
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void => {
  const fixed = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' };
  response.writeHead(status, { ...fixed, ...headers }).end(`${message}\n`);
};

/** Passes on chunk by chunk. The share holds each chunk until the other side has accepted it. */
const pump = async (from: Readable, to: Writable, share: Share): Promise<void> => {
  for await (const chunk of from as AsyncIterable<Buffer>) {
    if (!share.take(chunk.length)) throw new Error('no room');
    await write(to, chunk);
    share.give(chunk.length);
  }
  to.end();
};

const write = (to: Writable, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('closed'));
    to.once('close', closed);
    to.write(chunk, (error) => {
      to.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
