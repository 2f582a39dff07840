import { StreamDecoder } from '@grpc/grpc-js/build/src/stream-decoder.js';

/** Larger messages are assembled as they arrive, in bytes. */
const LARGE = 1024 * 1024;
const PREFIX = 5;
const NO_DATA = 0;
const READING_MESSAGE = 2;

/** What the decoder of the pinned version keeps of the message that it reads. */
interface State {
  readState: number;
  readCompressFlag: Buffer;
  readPartialSize: Buffer;
  readMessageSize: number;
  readMessageRemaining: number;
  readPartialMessage: Buffer[];
  /** Ours: the framed message, as far as it has arrived. */
  assembled?: Buffer | undefined;
}

type Write = (this: State, data: Buffer) => Buffer[];

/**
 * Makes grpc-js copy a large message piece by piece. It would concatenate 64 MiB at once when the last piece has
 * arrived, which blocks every other call for 100 to 300 ms.
 */
export const assembleAsTheyArrive = (): void => {
  const place = StreamDecoder.prototype as unknown as { write: Write & { ours?: true } };
  const original = place.write;
  if (original.ours) return;
  const write: Write & { ours?: true } = function (data) {
    const taken = this.assembled ? take(this, data) : 0;
    if (this.assembled)
      return this.readMessageRemaining > 0 ? [] : [finish(this), ...write.call(this, data.subarray(taken))];
    const messages = original.call(this, data);
    if (this.readState === READING_MESSAGE && this.readMessageSize > LARGE) begin(this);
    return messages;
  };
  write.ours = true;
  place.write = write;
};

const begin = (state: State): void => {
  const { readMessageSize, readCompressFlag, readPartialSize, readPartialMessage } = state;
  // shared, so that workers can have it without a copy
  const framed = Buffer.from(new SharedArrayBuffer(readMessageSize + PREFIX));
  let at = readCompressFlag.copy(framed, 0);
  at += readPartialSize.copy(framed, at);
  for (const piece of readPartialMessage) at += piece.copy(framed, at);
  state.readPartialMessage = [];
  state.assembled = framed;
};

/** Copies what belongs to the message; gives how much that is. */
const take = (state: State, data: Buffer): number => {
  const { assembled, readMessageRemaining } = state;
  if (!assembled) return 0;
  const size = Math.min(data.length, readMessageRemaining);
  data.copy(assembled, assembled.length - readMessageRemaining, 0, size);
  state.readMessageRemaining -= size;
  return size;
};

const finish = (state: State): Buffer => {
  const message = state.assembled as Buffer;
  state.assembled = undefined;
  state.readState = NO_DATA;
  return message;
};
