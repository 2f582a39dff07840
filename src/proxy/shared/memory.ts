/** What one request, answer or stream holds of a {@link Memory}. */
export interface Share {
  /** Takes so many bytes more; false where there is no room for them. */
  take: (bytes: number) => boolean;
  give: (bytes: number) => void;
  /** Gives back all of it, and takes no more. */
  end: () => void;
}

/** The bytes that a sidecar holds for all of its clients together. */
export interface Memory {
  /** `close` ends what holds the share, where it may be ended to make room for others. */
  open: (close?: () => void) => Share;
  /** Ends what has waited the longest with bytes in its share; false where nothing may be ended. */
  relieve: () => boolean;
}

/** Bytes that sidecars hold at a time: their containers may have 256 MiB, and garbage needs room as well. */
export const sidecarMemory = 40 * 1024 * 1024;

/** A share up to this size may use the last of the memory, so that large ones do not keep out the others. */
const small = 256 * 1024;

/**
 * A memory of so many bytes, of which an eighth is for small shares alone. Where there is no room, the share that has
 * given nothing back for the longest time is ended, if it may be: its client does not read. Where that is the one
 * that asks, it gets nothing.
 */
export const memoryOf = (bytes: number): Memory => {
  let used = 0;
  // those that may be ended and hold something, in the order of what they last gave back
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
