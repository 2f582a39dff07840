import type { IncomingMessage } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import { collectChunks } from '../shared/chunks.ts';
import type { Memory } from '../shared/memory.ts';

/** Maximum size in bytes of an answer, or of an event in a stream. */
export const maxAnswer = 16 * 1024 * 1024;

/** Statuses for answers that are too large or do not fit into memory. No server sends them. */
export const unfit = { tooLarge: 598, noRoom: 599 } as const;

/**
 * Reads a complete answer, or returns a status of {@link unfit}. The answer counts as memory until it is complete: it
 * is then processed immediately, before more data is read from the network.
 */
export const wholeOf = async (
  incoming: IncomingMessage,
  memory: Memory,
): Promise<globalThis.ReadableStream<Uint8Array> | (typeof unfit)[keyof typeof unfit]> => {
  const share = memory.open();
  const { chunks, add } = collectChunks();
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswer) return unfit.tooLarge;
      if (!share.take(chunk.length)) return unfit.noRoom;
      add(chunk);
    }
  } finally {
    share.end();
  }
  return ReadableStream.from(chunks) as globalThis.ReadableStream<Uint8Array>;
};

/** A stream of events. The memory holds the incomplete event. The stream fails if an event does not fit. */
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
      // an event ends with an empty line, which may arrive in two chunks
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
