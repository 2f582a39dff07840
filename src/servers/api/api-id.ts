import { identifier } from '../identifier.ts';

/** The identifier of an APIEndpoint: half of what the name of a tool may have is left for its operation. */
export const endpointId = (name: string): string => identifier(name, 32);

/**
 * Longest name of an operation in `<operation>-<id>`: clients take 64 characters. No id holds a "-", so that no two
 * Resources have a tool of the same name.
 */
export const longestTool = (id: string): number => 64 - 1 - id.length;
