import { request } from 'node:http';

/** The answer of a server's health page. */
export interface Health {
  status: number;
  body: Buffer;
  type: string | undefined;
}

/** Maximum duration in milliseconds. */
const patience = 10_000;

/** Maximum number of bytes that are passed on. */
const longest = 4096;

/**
 * Requests a server's health page, once at a time: all clients that ask in the meantime get the same answer. So many
 * requests, which need no token, cost the server only one. Returns undefined if the server does not answer. The request
 * contains nothing that a client sent.
 */
export const watchHealth = (url: URL): (() => Promise<Health | undefined>) => {
  let looking: Promise<Health | undefined> | undefined;
  return () => {
    looking ??= look(url).finally(() => {
      looking = undefined;
    });
    return looking;
  };
};

const look = (url: URL): Promise<Health | undefined> =>
  new Promise((resolve) => {
    const outgoing = request(url, { agent: false, signal: AbortSignal.timeout(patience) }, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        if (size < longest) chunks.push(chunk.subarray(0, longest - size));
        size += chunk.length;
      });
      incoming.once('end', () => {
        const { statusCode = 502, headers } = incoming;
        resolve({ status: statusCode, body: Buffer.concat(chunks), type: headers['content-type'] });
      });
    });
    outgoing.once('error', () => resolve(undefined));
    // has no effect after an answer has ended
    outgoing.once('close', () => resolve(undefined));
    outgoing.end();
  });
