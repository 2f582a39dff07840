import { readFileSync } from 'node:fs';
import { type DestinationsFile, destinationsFile } from '../contract/destinations.ts';

/**
 * Reads the destinations from the file beside this module. Throws if it does not exist, so that the process does not
 * start.
 */
export const readDestinations = (): DestinationsFile =>
  JSON.parse(readFileSync(new URL(destinationsFile, import.meta.url), 'utf8')) as DestinationsFile;
