/**
 * Revisions count the changes of the data that pods read. Several objects contain them, and people can edit each of
 * these objects. The function and the init container read them by the same rule.
 */

/** Reads a revision from an object or a mounted file. Any other text reads as absent. */
export const readRevision = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return undefined;
  const revision = Number(text);
  return Number.isSafeInteger(revision) ? revision : undefined;
};
