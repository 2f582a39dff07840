import { Worker } from 'node:worker_threads';
import type { Answer } from './answer.ts';
import { startDeadline } from './deadline.ts';
import type { Job, Report } from './messages.ts';
import type { Known } from './texts.ts';
import { createTurns } from './turns.ts';

export interface PoolOptions {
  /** What a worker runs. */
  entry: URL;
  data?: unknown;
  workers: number;
  /** Longest run of a call, in milliseconds of processor time where the system tells it, else of wall-clock time. */
  deadlineMs: number;
  /** Most heap of a worker, in MiB. */
  heapMb: number;
  /** Most calls that wait for a tenant, and bytes that wait for all. */
  mostWaiting: number;
  mostBytes: number;
}

/** A call as the pool takes it. */
export interface PoolCall {
  tenant: string;
  bytes: Uint8Array;
  /** What is known of its texts when it begins. */
  known: () => Job['known'];
  learn: (key: string, known: Known) => void;
}

/** How a call ended: with an answer, by its deadline, by its memory or some other death of its worker, or not at all. */
export type Ending = { answer: Answer } | { ended: 'time' | 'memory' } | { refused: string };

export interface Pool {
  run: (call: PoolCall) => Promise<Ending>;
  /** Starts a worker, so that the first call finds one. */
  warm: () => void;
  close: () => Promise<void>;
}

/** Longest start of a worker, in milliseconds. */
const longestStart = 15_000;

/** How often a call begins again without a text that ended its worker. */
const mostRetries = 2;

interface Waiting {
  call: PoolCall;
  done: (ending: Ending) => void;
  retries: number;
}

/**
 * Runs calls in worker threads. Tenants take turns, and a tenant has one call running at a time, so that another
 * tenant's call finds a worker. A worker that passes its deadline or its heap is ended, and replaced on demand. If it was
 * reading a text, the call runs again without that text.
 */
export const createPool = (options: PoolOptions): Pool => {
  const { workers: most, deadlineMs, heapMb, mostWaiting, mostBytes } = options;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  /** The workers that have started, with their threads. */
  const started = new WeakMap<Worker, string | undefined>();
  const running = new Set<string>();
  const turns = createTurns<Waiting>(mostWaiting);
  let bytesWaiting = 0;
  let closed = false;

  const start = (): Worker => {
    const worker = new Worker(options.entry, {
      workerData: options.data ?? {},
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
    });
    all.add(worker);
    worker.once('message', (report: Report) => {
      if ('started' in report) started.set(worker, report.thread);
    });
    // one that dies while it is idle
    worker.on('error', () => {});
    worker.once('exit', () => {
      all.delete(worker);
      const index = idle.indexOf(worker);
      if (index >= 0) idle.splice(index, 1);
      next();
    });
    return worker;
  };

  const next = (): void => {
    if (closed || (idle.length === 0 && all.size >= most)) return;
    const waiting = turns.next((tenant) => !running.has(tenant));
    if (!waiting) return;
    bytesWaiting -= waiting.call.bytes.length;
    runIn(idle.pop() ?? start(), waiting);
    next();
  };

  const runIn = (worker: Worker, waiting: Waiting): void => {
    const { call, done, retries } = waiting;
    const { tenant } = call;
    // not transferred, because the call may have to run again
    const bytes = shared(call.bytes);
    running.add(tenant);
    let reading: string | undefined;
    let cancel = (): void => {};
    const finish = (ending: Ending, alive: boolean): void => {
      cancel();
      worker.off('message', hear).off('error', died).off('exit', died);
      running.delete(tenant);
      if (alive) idle.push(worker);
      else {
        all.delete(worker);
        void worker.terminate();
      }
      const overran = alive ? undefined : reading;
      if (overran !== undefined) call.learn(overran, { overran: true });
      const again = { call: { ...call, bytes }, done, retries: retries + 1 };
      if (overran === undefined || retries === mostRetries || !wait(again)) done(ending);
      next();
    };
    const hear = (report: Report): void => {
      if ('started' in report) {
        cancel();
        cancel = startDeadline(report.thread, deadlineMs, end);
      } else if ('reading' in report) reading = report.reading;
      else if ('read' in report) {
        reading = undefined;
        call.learn(report.read, report.known);
      } else finish({ answer: report.answer }, true);
    };
    const died = (): void => finish({ ended: 'memory' }, false);
    const end = () => finish({ ended: 'time' }, false);
    // what the start of a worker takes is not the call's
    if (started.has(worker)) cancel = startDeadline(started.get(worker), deadlineMs, end);
    else {
      const timer = setTimeout(end, longestStart);
      cancel = () => clearTimeout(timer);
    }
    worker.on('message', hear).once('error', died).once('exit', died);
    const job: Job = { bytes, tenant, known: call.known() };
    worker.postMessage(job);
  };

  const wait = (waiting: Waiting): boolean => {
    if (closed || !turns.add(waiting.call.tenant, waiting)) return false;
    bytesWaiting += waiting.call.bytes.length;
    return true;
  };

  return {
    run: (call) =>
      new Promise((resolve) => {
        const { bytes } = call;
        if (closed) return resolve({ refused: 'the function is stopping' });
        if (bytesWaiting + bytes.length > mostBytes)
          return resolve({ refused: 'too many large calls are waiting' });
        if (!wait({ call, done: resolve, retries: 0 }))
          return resolve({ refused: 'too many large calls of this namespace are waiting' });
        next();
      }),
    warm: () => {
      if (!closed && all.size === 0) idle.push(start());
    },
    close: async () => {
      closed = true;
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
};

/** The bytes in shared memory, which large messages are assembled in. */
const shared = (bytes: Uint8Array): Uint8Array => {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};
