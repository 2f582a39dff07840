import type { AddressScope, PlatformRanges } from './addresses.ts';

/**
 * The file that lists where a server's Resources are. The server's process connects to nothing else. The function
 * writes the file beside the server's configuration. It contains no secret.
 */

/** Data key in the ConfigMap, and file name in the server's pod. */
export const destinationsFile = 'destinations.json';

/** Where one Resource is. */
export interface DialTarget {
  /** A DNS name or an IPv4 address, as the server's configuration has it. */
  host: string;
  /** The name to resolve instead: the full name of a Service that the configuration abbreviates. */
  resolve?: string;
  port: number;
  /** Which addresses the host may resolve to. */
  addresses: AddressScope;
  /** Ports of other hosts to which the server may redirect its clients. */
  redirects?: { from: number; to: number };
  /** Seconds within which the server must answer a request. */
  seconds: number;
}

/** The whole file. */
export interface DestinationsFile {
  targets: readonly DialTarget[];
  /** Ranges of addresses that the platform configures. */
  ranges: PlatformRanges;
}
