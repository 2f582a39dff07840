/**
 * Revisions count the changes of what pods read. Several objects carry them, and people can edit each of these
 * objects. The function and the init container read them by the same rule.
 */

/** A revision as it stands on an object or in a mounted file; anything else reads as absent. */
export const readRevision = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return undefined;
  const revision = Number(text);
  return Number.isSafeInteger(revision) ? revision : undefined;
};
