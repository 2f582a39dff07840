/** Sends calls without end, from a separate thread: what sending costs is not the function's. */
import { workerData } from 'node:worker_threads';
import { openClient } from './rpc.ts';

const { port, frames, inFlight } = workerData as { port: number; frames: Uint8Array[]; inFlight: number };
const client = await openClient(port);

/** After a refusal, in milliseconds. */
const PAUSE = 20;

const attack = async (first: number): Promise<never> => {
  for (let round = first; ; round++) {
    const { buffer, byteOffset, byteLength } = frames[round % frames.length] as Uint8Array;
    await client
      .call(Buffer.from(buffer, byteOffset, byteLength))
      .catch(() => new Promise((resolve) => setTimeout(resolve, PAUSE)));
  }
};

await Promise.all(Array.from({ length: Math.min(inFlight, frames.length) }, (_, index) => attack(index)));
