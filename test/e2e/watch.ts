import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { until } from '../../lab/process/wait.ts';
import type { Kube, KubeObject } from './kube.ts';

/** What the API server tells of a collection, for what is measured: looking often would slow what is looked at. */
export interface Watch {
  /** By name, as of the last event. */
  objects: ReadonlyMap<string, KubeObject>;
  /** Resolves with the event that makes it hold, at once where it does. */
  until: (what: string, holds: (objects: Watch['objects']) => boolean, seconds?: number) => Promise<void>;
  end: () => Promise<void>;
}

/** Watches the objects below `path`, from those that exist on; `see` gets each as it comes. */
export async function openWatch(
  kube: Kube,
  path: string,
  see: (object: KubeObject) => void = () => {},
): Promise<Watch> {
  const stop = new AbortController();
  const separator = path.includes('?') ? '&' : '?';
  const objects = new Map<string, KubeObject>();
  const waiting = new Set<() => void>();
  const connect = async () => {
    const open = async () => {
      const { body, status } = await kube.raw(`${path}${separator}watch=true`, { signal: stop.signal });
      // 429: the API server reads this kind for the first time
      if (!body || status !== 200) throw new Error(`answered by ${status}`);
      return body;
    };
    const hopeless = () => (stop.signal.aborted ? 'it has ended' : undefined);
    return until(`the watch of ${path}`, open, { hopeless });
  };
  const read = async (body: ReadableStream) => {
    for await (const line of createInterface({ input: Readable.fromWeb(body as never) })) {
      const { type, object } = JSON.parse(line);
      if (type === 'ERROR') return;
      if (type === 'DELETED') objects.delete(object.metadata.name);
      else objects.set(object.metadata.name, object);
      see(object);
      for (const look of waiting) look();
    }
  };
  const reading = (async (first: ReadableStream) => {
    let body: ReadableStream | undefined = first;
    while (body && !stop.signal.aborted) {
      await read(body).catch(() => {});
      // The API server ends what does not keep up with it; a new one begins with all that exists.
      objects.clear();
      body = await connect().catch(() => undefined);
    }
  })(await connect());
  return {
    objects,
    until: (what, holds, seconds = 60) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          finish();
        };
        const look = () => {
          if (holds(objects)) end(resolve);
        };
        const late = new Error(`${what}: not within ${seconds} s`);
        const timer = setTimeout(() => end(() => reject(late)), seconds * 1000);
        waiting.add(look);
        look();
      }),
    async end() {
      stop.abort();
      await reading;
    },
  };
}
