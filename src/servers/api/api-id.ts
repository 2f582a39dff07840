import { identifier } from '../identifier.ts';

/** The identifier of an APIEndpoint. Half of the length of a tool's name remains for its operation. */
export const endpointId = (name: string): string => identifier(name, 32);

/**
 * Longest name of an operation in `<operation>-<id>`. Clients allow 64 characters. An id contains no "-", so tools of
 * different Resources have different names.
 */
export const longestTool = (id: string): number => 64 - 1 - id.length;
