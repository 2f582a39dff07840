import { identifier } from '../identifier.ts';

/**
 * The id of a DBHub source for a Database's name. DBHub maps what is not a letter or a digit to `_` in the names of
 * tools, and then serves two sources of one name as an error; with `search_objects_` before it, the id stays below
 * the 64 characters that clients allow.
 */
export const sourceId = (name: string): string => identifier(name, 49);
