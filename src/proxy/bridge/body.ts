import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../../contract/result.ts';
import { collectChunks } from '../shared/chunks.ts';
import type { Share } from '../shared/memory.ts';

/** Maximum size of a message in bytes, as in the SDK. */
export const maxBody = 4 * 1024 * 1024;

/** Memory of a message, in addition to its bytes, until the server has answered: a request and a connection. */
const perMessage = 16 * 1024;

/**
 * Reads the JSON body of a request. The share counts it three times, because it is kept and sent on. The error is an
 * HTTP status and a sentence that contains nothing of the body.
 */
export const readBody = async (
  request: IncomingMessage,
  share: Share,
): Promise<Result<unknown, { status: number; message: string }>> => {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) {
    return fail({ status: 415, message: 'The content type of a message must be application/json' });
  }
  const full = fail({ status: 503, message: 'Too many messages are in progress: try again later' });
  if (!share.take(perMessage)) return full;
  const { chunks, add } = collectChunks();
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return fail({ status: 413, message: `A message may have ${maxBody} bytes at most` });
    if (!share.take(3 * chunk.length)) return full;
    add(chunk);
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    return fail({ status: 400, message: 'The message is not valid JSON' });
  }
};
