import { shortHash } from '../../contract/hash.ts';

/** Longest plain id: `search_objects_` and the id stay below the 64 characters that clients allow a tool's name. */
const maxPlain = 49;

/**
 * The id of a DBHub source for a Database's name: in `[a-z0-9_]`, as DBHub maps anything else to `_` in
 * tool names and then serves two sources of one name as an error. Injective: a name that is not plain
 * gets 8 hex digits of its hash.
 */
export const sourceId = (name: string): string => {
  const id = name.replaceAll('-', '_');
  if (/^[a-z0-9-]+$/.test(name) && id.length <= maxPlain && !/_[0-9a-f]{8}$/.test(id)) return id;
  const stem = id.replace(/[^a-z0-9]+/g, '_').slice(0, maxPlain - 9);
  return `${stem.replace(/_+$/, '')}_${shortHash(name).slice(0, 8)}`;
};
