import { request } from 'node:http';

/** What a server's health page says. */
export interface Health {
  status: number;
  body: Buffer;
  type: string | undefined;
}

/** Milliseconds that it may take. */
const patience = 10_000;

/** Bytes of it that are passed on. */
const longest = 4096;

/**
 * Looks at a server's health page, once at a time: all who ask meanwhile get the same answer, so that a flood of
 * questions, for which nobody needs a token, costs the server one. Undefined where the server does not answer.
 * The request is our own: nothing of what a client sent goes into it.
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
    // after an answer has ended this changes nothing
    outgoing.once('close', () => resolve(undefined));
    outgoing.end();
  });
