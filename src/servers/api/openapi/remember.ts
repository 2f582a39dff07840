/**
 * A pure function of a text that remembers the last results, as the same documents come with every call and YAML
 * takes long: texts of `budget` characters together, the longest unused forgotten first.
 */
export const remembering = <T>(read: (text: string) => T, budget: number): ((text: string) => T) => {
  const known = new Map<string, T>();
  let held = 0;
  return (text) => {
    if (text.length > budget) return read(text);
    const result = known.has(text) ? (known.get(text) as T) : read(text);
    if (!known.delete(text)) held += text.length;
    known.set(text, result);
    for (const oldest of known.keys()) {
      if (held <= budget) break;
      known.delete(oldest);
      held -= oldest.length;
    }
    return result;
  };
};
