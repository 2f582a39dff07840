import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { ok, type Result } from '../../contract/result.ts';
import type { ReadText, TextReader } from '../../contract/selector.ts';
import type { Handler } from '../handler.ts';
import { answerBytes } from './answer.ts';
import { guarded } from './guard.ts';
import type { Job, Report } from './messages.ts';
import { ownThread, ownTime } from './processor-time.ts';
import { createTexts, keyOf, overrun, pack } from './texts.ts';

/** Shorter texts are read wherever they come up: the pieces cost more than the reading. */
export const smallText = 4 * 1024;
/** Longest that a worker reads one text, in milliseconds. */
const longestReading = 2000;

/** Runs a reading, and once more, for longer, if it was interrupted because the thread got little processor time. */
const readingOf = <T>(read: () => T): { value: T } | undefined => {
  const before = ownTime();
  const reading = guarded(longestReading, read);
  const starved = ownTime() - before < longestReading / 2;
  return reading ?? (starved ? guarded(3 * longestReading, read) : undefined);
};

/** Answers the calls that come to this thread, one at a time. */
export const serveCalls = (createHandler: (read: ReadText) => Handler): void => {
  const port = parentPort;
  if (port === null) throw new Error('not a worker thread');
  lowerPriority();
  const report = (it: Report, transfer: ArrayBuffer[] = []): void => port.postMessage(it, transfer);
  const texts = createTexts(() => Date.now());
  /** Texts that are not to be read in this call. */
  const avoid = new Set<string>();
  const unread = <T>(reader: TextReader<T>, text: string, _: string, hash?: string): Result<T, string> => {
    if (text.length <= smallText) return ok(reader.read(text));
    const key = keyOf(reader, text, hash);
    if (avoid.has(key)) return overrun();
    report({ reading: key });
    const reading = readingOf(() => {
      const value = reader.read(text);
      return { value, packed: pack(value) };
    });
    report({ read: key, known: reading ? { packed: reading.value.packed } : { overran: true } });
    return reading ? ok(reading.value.value) : overrun();
  };
  const handler = createHandler(texts.read(unread));
  report({ started: true, thread: ownThread() });
  port.on('message', ({ bytes, tenant, known }: Job) => {
    avoid.clear();
    for (const [key, it] of known) {
      if ('overran' in it) avoid.add(key);
      else texts.learn(tenant, key, it);
    }
    const answer = answerBytes(bytes, handler);
    if ('bytes' in answer) {
      const own = new Uint8Array(answer.bytes);
      report({ answer: { ...answer, bytes: own } }, [own.buffer]);
    } else report({ answer });
  });
};

/**
 * The nice value of a worker: ordinary calls go first where processors are few, and a large call still gets a third of
 * a processor that the main thread keeps busy.
 */
const nice = 4;

/** On Linux the priority of this thread alone. */
const lowerPriority = (): void => {
  try {
    if (process.platform === 'linux') setPriority(0, nice);
  } catch {
    // a sandbox that forbids it: everything works, a little slower for others
  }
};
