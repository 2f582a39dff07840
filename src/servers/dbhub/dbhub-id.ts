import { identifier } from '../identifier.ts';

/**
 * The id of a DBHub source for a Database's name. In the names of tools, DBHub replaces characters other than letters
 * and digits with `_`, and fails if two sources then have the same name. With the prefix `search_objects_`, the id stays
 * below the 64 characters that clients allow.
 */
export const sourceId = (name: string): string => identifier(name, 49);
