import { identifier } from '../identifier.ts';

/** The id of a SearchEngine. With the prefix `cluster_health_`, it stays below the 64 characters that clients allow. */
export const engineId = (name: string): string => identifier(name, 49);
