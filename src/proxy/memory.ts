/** How many bytes of answers a gate holds at a time: they wait in it until the server beside it has taken them. */
export interface Memory {
  /** Takes so many more; false where there is no room for them. */
  take: (bytes: number) => boolean;
  give: (bytes: number) => void;
}

/** A memory of so many bytes. */
export const memoryOf = (bytes: number): Memory => {
  let free = bytes;
  return {
    take(wanted) {
      if (wanted > free) return false;
      free -= wanted;
      return true;
    },
    give(back) {
      free += back;
    },
  };
};
