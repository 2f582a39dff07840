import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../../contract/result.ts';

/** Bytes of a message; the SDK's own limit. */
export const maxBody = 4 * 1024 * 1024;

/** Reads the JSON body of a request. The error is an HTTP status and a sentence that repeats nothing of it. */
export const readBody = async (
  request: IncomingMessage,
): Promise<Result<unknown, { status: number; message: string }>> => {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) {
    return fail({ status: 415, message: 'A message must be application/json' });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return fail({ status: 413, message: `A message may have ${maxBody} bytes at most` });
    chunks.push(chunk);
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    return fail({ status: 400, message: 'The message is not JSON' });
  }
};
