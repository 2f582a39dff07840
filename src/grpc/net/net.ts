import { ok } from '../../contract/result.ts';
import type { ReadText } from '../../contract/selector.ts';
import { endedResponse } from '../../function/failed-response.ts';
import type { Log } from '../../process/log.ts';
import type { Handler } from '../handler.ts';
import { encodeResponse } from '../wire/response.ts';
import { type Answer, answerBytes } from './answer.ts';
import { type Composite, compositeOf } from './composite.ts';
import { createDelays } from './delays.ts';
import { guarded } from './guard.ts';
import { createLine } from './line.ts';
import { createPool } from './pool.ts';
import { ownTime } from './processor-time.ts';
import { createTexts } from './texts.ts';
import { smallText } from './worker.ts';

/** What a call may cost, and where it runs. */
export interface Limits {
  /** Larger requests run in a worker, in bytes. */
  largeBytes: number;
  /**
   * Larger requests run under a guard in the main thread. The guard costs a thread for each call, which ordinary calls
   * would notice. A smaller request that costs more than the guard allows is the last one of its composite there.
   */
  guardedBytes: number;
  /** Longest run in the main thread, in milliseconds. */
  guardMs: number;
  /** Longest run in a worker, in milliseconds of processor time. */
  deadlineMs: number;
  /** Most heap of a worker, in MiB. */
  heapMb: number;
  workers: number;
}

const defaultLimits: Limits = {
  largeBytes: 2 * 1024 * 1024,
  guardedBytes: 256 * 1024,
  guardMs: 50,
  deadlineMs: 5000,
  heapMb: 192,
  workers: 2,
};

export interface NetOptions {
  /** Creates the handler of the main thread. */
  createHandler: (read: ReadText) => Handler;
  /** What the workers run: a program that calls `serveCalls`. */
  worker: { entry: URL; data?: unknown };
  log: Log;
  limits?: Partial<Limits>;
  now?: () => number;
  /** Milliseconds that the main thread has run. */
  spent?: () => number;
}

/** Answers calls within bounds that do not depend on what the handler does. */
export interface Net {
  /** The handler of the main thread, without any bound. */
  handler: Handler;
  answer: (bytes: Uint8Array) => Promise<Answer>;
  /** Starts the first worker, some seconds later: the first calls should have the processors for themselves. */
  warm: () => void;
  close: () => Promise<void>;
}

/** A call is costly from this share of the guard's time. */
const costlyShare = 0.5;
/** So is one that was interrupted and had this share: it would have cost more. */
const stoppedShare = 0.4;
/** Turns of the event loop between two large calls. */
const restTurns = 4;
/** Milliseconds after the server serves. */
const warmAfter = 5000;
/** Most tenants that the log names once because they have too many texts. */
const mostTold = 1000;
const mostWaiting = 64;
const mostBytes = 64 * 1024 * 1024;

/**
 * Creates the net. An ordinary call runs in the main thread, tenants in turns, and is interrupted when it takes too
 * long. A large one, an interrupted one, and one with a large text that has not been read run in a worker.
 */
export const createNet = ({
  createHandler,
  worker,
  log,
  limits,
  now = Date.now,
  spent = ownTime,
}: NetOptions): Net => {
  const { largeBytes, guardedBytes, guardMs, deadlineMs, heapMb, workers } = { ...defaultLimits, ...limits };
  const told = new Set<string>();
  const texts = createTexts(now, (namespace) => {
    if (told.has(namespace) || told.size >= mostTold) return;
    told.add(namespace);
    log.info(
      { namespace },
      'The documents and certificate authorities of a namespace exceed what is remembered; some are read again at every call',
    );
  });
  const delays = createDelays(now);
  const pool = createPool({ ...worker, workers, deadlineMs, heapMb, mostWaiting, mostBytes });
  const line = createLine(restTurns);

  let warmth: NodeJS.Timeout | undefined;
  let unread = false;
  const handler = createHandler(
    texts.read((reader, text) => {
      if (text.length <= smallText) return ok(reader.read(text));
      unread = true;
      return undefined;
    }),
  );

  /** Undefined where the call belongs into a worker. */
  const answerHere = (bytes: Uint8Array, { namespace }: Composite, id: string): Answer | undefined => {
    unread = false;
    const run = () => answerBytes(bytes, handler);
    const before = spent();
    const done = bytes.length > guardedBytes ? guarded(guardMs, run) : { value: run() };
    // a call that waited for a busy machine has not cost much
    if (spent() - before > guardMs * (done ? costlyShare : stoppedShare)) {
      delays.struck(namespace, id);
      log.warn(
        { composite: id, guardMs },
        'A call cost much; the next calls of its composite run in a worker',
      );
    }
    return unread ? undefined : done?.value;
  };

  const answerInWorker = async (bytes: Uint8Array, composite: Composite, id: string): Promise<Answer> => {
    const { namespace: tenant } = composite;
    const waits = delays.waits(tenant, id);
    if (waits !== undefined) return { bytes: encodeResponse(endedResponse(composite, waits)) };
    const size = bytes.length;
    const ending = await pool.run({
      tenant,
      bytes,
      known: () => texts.known(tenant),
      learn: (key, known) => texts.learn(tenant, key, known),
    });
    if ('refused' in ending) {
      log.warn({ composite: id, bytes: size, why: ending.refused }, 'Refused a call');
      return ending;
    }
    if ('answer' in ending) {
      delays.answered(tenant, id);
      return ending.answer;
    }
    const limit = ending.ended === 'time' ? `${deadlineMs / 1000} s` : `${heapMb} MiB of memory`;
    const why = `The call for ${id} needed more than ${limit} and was ended: nothing was changed. Select fewer Resources, or make their documents and certificate authorities smaller. It is tried again with a growing delay of up to 10 minutes.`;
    delays.ended(tenant, id, why);
    log.warn({ composite: id, bytes: size, ended: ending.ended }, 'Ended a call');
    return { bytes: encodeResponse(endedResponse(composite, why)) };
  };

  return {
    handler,
    answer: (bytes) =>
      new Promise((resolve, reject) => {
        const composite = compositeOf(bytes);
        const { kind, namespace, name } = composite;
        const id = `${kind} ${namespace}/${name}`;
        const inWorker = () => void answerInWorker(bytes, composite, id).then(resolve, reject);
        const isCostly = () => bytes.length > largeBytes || delays.costly(namespace, id);
        if (isCostly()) return inWorker();
        line.add(namespace, bytes.length > guardedBytes, () => {
          // a call before it may have been costly
          if (isCostly()) return inWorker();
          try {
            const answer = answerHere(bytes, composite, id);
            if (answer) resolve(answer);
            else inWorker();
          } catch (error) {
            reject(error as Error);
          }
        });
      }),
    warm: () => {
      warmth = setTimeout(pool.warm, warmAfter).unref();
    },
    close: async () => {
      clearTimeout(warmth);
      await pool.close();
    },
  };
};
