import { identifier } from '../identifier.ts';

/** The identifier of a StorageBucket in placeholders. The server uses the name of the StorageBucket. */
export const bucketId = (name: string): string => identifier(name, 49);
