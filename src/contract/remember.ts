/** Results of a pure function by the text that they were made from. */
export interface Remembered<T> {
  /** What is known of a text; else what `make` gives, which is known from then on. */
  of: (text: string, make: () => T) => T;
}

/**
 * A memory of results, as the same specs and documents come with every call: texts of `budget` characters together,
 * the longest unused forgotten first. A result that is remembered must never be changed.
 */
export const remembered = <T>(budget: number): Remembered<T> => {
  const known = new Map<string, T>();
  let held = 0;
  return {
    of(text, make) {
      if (text.length > budget) return make();
      const result = known.has(text) ? (known.get(text) as T) : make();
      if (!known.delete(text)) held += text.length;
      known.set(text, result);
      for (const oldest of known.keys()) {
        if (held <= budget) break;
        known.delete(oldest);
        held -= oldest.length;
      }
      return result;
    },
  };
};
