import { readFileSync } from 'node:fs';
import { type DestinationsFile, destinationsFile } from '../contract/destinations.ts';

/** Reads the destinations from the file beside this module. Throws where there is none: the process must not start. */
export const readDestinations = (): DestinationsFile =>
  JSON.parse(readFileSync(new URL(destinationsFile, import.meta.url), 'utf8')) as DestinationsFile;
