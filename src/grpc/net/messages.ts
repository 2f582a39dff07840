import type { Answer } from './answer.ts';
import type { Known } from './texts.ts';

/** A call for a worker. */
export interface Job {
  bytes: Uint8Array;
  tenant: string;
  known: [key: string, known: Known][];
}

/** What a worker says: that it has started, as which thread, what it begins to read, what came of it, and at last the answer. */
export type Report =
  | { started: true; thread: string | undefined }
  | { reading: string }
  | { read: string; known: Known }
  | { answer: Answer };
