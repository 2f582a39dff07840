import { deserialize, serialize } from 'node:v8';
import { textHash } from '../../contract/hash.ts';
import { remembered } from '../../contract/remember.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ReadText, TextReader } from '../../contract/selector.ts';

/** What is known of a text: its result, packed for other threads; or that reading it cost too much. */
export type Known = { packed: SharedArrayBuffer } | { overran: true };

/** Bytes of results. The text itself is never kept. */
const bounds = { perTenant: 16 * 1024 * 1024, total: 64 * 1024 * 1024 };
const entryBytes = 512;

/** A text that overran is read again after this time, doubled at each attempt, in milliseconds. */
const firstRetry = 30_000;
const lastRetry = 3_600_000;

const overran = fail('costs more time or memory to read than is allowed: make it smaller or simpler');

/** Names a text and its reader by content. */
export const keyOf = ({ name }: TextReader<unknown>, text: string, hash = textHash(text)): string =>
  `${name} ${text.length} ${hash}`;

export const pack = (value: unknown): SharedArrayBuffer => {
  const bytes = serialize(value);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
};

const unpack = (shared: SharedArrayBuffer): unknown => deserialize(Buffer.from(new Uint8Array(shared)));

type Kept = { value: unknown } | { packed: SharedArrayBuffer; value?: unknown } | Overrun;
interface Overrun {
  overran: number;
  attempts: number;
}

/** The results of texts, by content and tenant; one place and one bound for all of them. */
export interface Texts {
  /** A known result; otherwise what `unread` gives. */
  read: (unread: ReadText) => ReadText;
  learn: (tenant: string, key: string, known: Known) => void;
  /** Everything that is known for a tenant, to be given to another thread. */
  known: (tenant: string) => [key: string, known: Known][];
}

/** Creates the memory. `evicted` is called with each tenant that loses a result for lack of room. */
export const createTexts = (now: () => number, evicted?: (tenant: string) => void): Texts => {
  const memory = remembered<Kept>(bounds, evicted);
  return {
    read:
      (unread) =>
      <T>(
        reader: TextReader<T>,
        text: string,
        tenant: string,
        hash?: string,
      ): Result<T, string> | undefined => {
        const key = keyOf(reader, text, hash);
        const kept = memory.get(tenant, key);
        if (kept && 'overran' in kept) {
          if (now() < kept.overran) return overran;
        } else if (kept) {
          if (!('value' in kept) && 'packed' in kept) kept.value = unpack(kept.packed);
          return ok(kept.value as T);
        }
        const reading = unread(reader, text, tenant, hash);
        if (reading?.ok) memory.set(tenant, key, { value: reading.value }, 2 * text.length + entryBytes);
        return reading;
      },
    learn: (tenant, key, known) => {
      const kept = memory.get(tenant, key);
      if ('packed' in known) {
        if (!kept || 'overran' in kept)
          memory.set(tenant, key, { packed: known.packed }, 3 * known.packed.byteLength + entryBytes);
        return;
      }
      const attempts = kept && 'attempts' in kept ? kept.attempts + 1 : 0;
      const until = now() + Math.min(firstRetry * 2 ** attempts, lastRetry);
      memory.set(tenant, key, { overran: until, attempts }, entryBytes);
    },
    known: (tenant) =>
      memory.entries(tenant).flatMap(([key, kept]): [string, Known][] => {
        if ('overran' in kept) return now() < kept.overran ? [[key, { overran: true }]] : [];
        return 'packed' in kept ? [[key, { packed: kept.packed }]] : [];
      }),
  };
};

export const overrun = (): Result<never, string> => overran;
