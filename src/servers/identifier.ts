import { shortHash } from '../contract/hash.ts';

/**
 * The identifier of a Resource in a server's configuration: `[a-z0-9_]`, at most `longest` characters, which leaves
 * room for the name of a tool before it (clients allow 64). A name with other characters, or one that is too long,
 * gets 8 hex digits of its hash, so different names have different identifiers unless somebody searches for two names
 * with the same digits. The plan serves only the older of two such Resources.
 */
export const identifier = (name: string, longest: number): string => {
  const id = name.replaceAll('-', '_');
  if (/^[a-z0-9-]+$/.test(name) && id.length <= longest && !/_[0-9a-f]{8}$/.test(id)) return id;
  const stem = id.replace(/[^a-z0-9]+/g, '_').slice(0, longest - 9);
  return `${stem.replace(/_+$/, '')}_${shortHash(name).slice(0, 8)}`;
};
