import type { Destination } from '../server-type.ts';
import { engines } from './engines.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** The host and port of a SearchEngine. */
export const engineDestination = ({
  type,
  host,
  port = engines[type].port,
}: SearchEngineSpec): Destination => ({ host, port });
