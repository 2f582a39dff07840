import type { IncomingMessage } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import type { Memory } from '../shared/memory.ts';

/** Bytes that an answer, or an event of a stream, may have. */
export const maxAnswer = 16 * 1024 * 1024;

/** Statuses that stand for what a server's answer did not fit into; no server sends them. */
export const unfit = { tooLarge: 598, noRoom: 599 } as const;

/**
 * The whole of an answer, or a status of {@link unfit}. It counts until it is there: what is made of it is made at
 * once, before anything else of the network is read.
 */
export const wholeOf = async (
  incoming: IncomingMessage,
  memory: Memory,
): Promise<globalThis.ReadableStream<Uint8Array> | (typeof unfit)[keyof typeof unfit]> => {
  const share = memory.open();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswer) return unfit.tooLarge;
      if (!share.take(chunk.length)) return unfit.noRoom;
      chunks.push(chunk);
    }
  } finally {
    share.end();
  }
  return ReadableStream.from(chunks) as globalThis.ReadableStream<Uint8Array>;
};

/** A stream of events, of which the one that has not come to its end counts. It breaks off where one does not fit. */
export const eventsIn = (incoming: IncomingMessage, memory: Memory): globalThis.ReadableStream<Uint8Array> =>
  ReadableStream.from(countedEvents(incoming, memory)) as globalThis.ReadableStream<Uint8Array>;

async function* countedEvents(incoming: IncomingMessage, memory: Memory): AsyncGenerator<Buffer> {
  const share = memory.open();
  let size = 0;
  let last = '';
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswer || !share.take(chunk.length)) throw new Error('an event does not fit');
      yield chunk;
      // an event ends with an empty line, which may come in two pieces
      const text = last + chunk.toString('latin1');
      last = text.slice(-3);
      if (/\n\n|\r\r|\r\n\r\n/.test(text)) {
        share.give(size);
        size = 0;
      }
    }
  } finally {
    share.end();
  }
}
