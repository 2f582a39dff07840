import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { ok, type Result } from '../../contract/result.ts';
import type { ReadText, TextReader } from '../../contract/selector.ts';
import type { Handler } from '../handler.ts';
import { answerBytes } from './answer.ts';
import { guarded } from './guard.ts';
import type { Job, Report } from './messages.ts';
import { createTexts, keyOf, overrun, pack } from './texts.ts';

/** Shorter texts are read wherever they come up: the pieces cost more than the reading. */
export const smallText = 4 * 1024;
/** Longest that a worker reads one text, in milliseconds. */
const longestReading = 2000;

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
    const reading = guarded(longestReading, () => {
      const value = reader.read(text);
      return { value, packed: pack(value) };
    });
    report({ read: key, known: reading ? { packed: reading.value.packed } : { overran: true } });
    return reading ? ok(reading.value.value) : overrun();
  };
  const handler = createHandler(texts.read(unread));
  report({ started: true });
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

/** On Linux the priority of this thread alone: ordinary calls go first where processors are few. */
const lowerPriority = (): void => {
  try {
    if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // a sandbox that forbids it: everything works, a little slower for others
  }
};
