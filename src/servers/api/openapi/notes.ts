/** Maximum number of notes of one operation, and of all operations of a document. */
const maxNotes = 16;
const maxInDocument = 2000;

/**
 * Limits the notes of a document, because references to one parameter or body repeat its notes in every operation. The
 * last note of an operation with too many counts the others.
 */
export const startNotes = (): ((notes: readonly string[]) => readonly string[]) => {
  let left = maxInDocument;
  return (notes) => {
    const room = Math.min(maxNotes, left);
    const kept = notes.length <= room ? notes : notes.slice(0, Math.max(room - 1, 0));
    left -= kept.length;
    const others = notes.length - kept.length;
    return others === 0
      ? kept
      : [...kept, `${others} ${kept.length > 0 ? 'more ' : ''}of its parameters and fields`];
  };
};
