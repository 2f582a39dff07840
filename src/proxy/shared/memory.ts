/** The part of a {@link Memory} that one request, answer or stream uses. */
export interface Share {
  /** Reserves this number of bytes. Returns false if there is not enough memory. */
  take: (bytes: number) => boolean;
  give: (bytes: number) => void;
  /** Releases all of it. Further reservations fail. */
  end: () => void;
}

/** The memory that a sidecar uses for all of its clients. */
export interface Memory {
  /** `close` ends the owner of the share. A share with `close` may be ended to make room for others. */
  open: (close?: () => void) => Share;
  /** Ends the share that holds bytes and has waited longest. Returns false if no share may be ended. */
  relieve: () => boolean;
}

/** Bytes that a sidecar holds at a time. Its container may use 256 MiB, part of which is needed for garbage. */
export const sidecarMemory = 40 * 1024 * 1024;

/** Shares up to this size may use the last part of the memory, so that large shares do not block them. */
const small = 256 * 1024;

/**
 * Creates a memory of this size. An eighth is reserved for small shares. If there is not enough memory, the share that
 * has not released bytes for the longest time is ended, if that is allowed, because its client does not read. If that
 * share is the one that asks, the reservation fails.
 */
export const memoryOf = (bytes: number): Memory => {
  let used = 0;
  // shares that may be ended and hold bytes, ordered by their last release
  const waiting = new Map<Share, () => void>();
  const fits = (held: number, wanted: number): boolean =>
    used + wanted <= (held + wanted <= small ? bytes : bytes - bytes / 8);

  const endFirst = (except?: Share): boolean => {
    const [first] = waiting;
    if (!first || first[0] === except) return false;
    const [share, close] = first;
    share.end();
    close();
    return true;
  };

  return {
    open(close) {
      let held = 0;
      let ended = false;
      const give = (back: number): void => {
        const given = Math.min(back, held);
        held -= given;
        used -= given;
        waiting.delete(share);
        if (close && held > 0) waiting.set(share, close);
      };
      const share: Share = {
        take(wanted) {
          if (ended) return false;
          while (!fits(held, wanted)) if (!endFirst(share)) return false;
          held += wanted;
          used += wanted;
          if (close && held > 0 && !waiting.has(share)) waiting.set(share, close);
          return true;
        },
        give,
        end() {
          ended = true;
          give(held);
        },
      };
      return share;
    },
    relieve: () => endFirst(),
  };
};
