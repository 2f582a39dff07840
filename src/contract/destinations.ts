import type { AddressScope, PlatformRanges } from './addresses.ts';

/**
 * The file that tells a server's process where its Resources are, so that it connects to nothing else. The function
 * writes it beside the server's configuration; there is no secret in it.
 */

/** Data key in the ConfigMap, and file name in the server's pod. */
export const destinationsFile = 'destinations.json';

/** Where one Resource is. */
export interface DialTarget {
  /** A DNS name or an IPv4 address, as the server's configuration has it. */
  host: string;
  /** The name to resolve in its place: the whole name of a Service that the configuration calls by a shorter one. */
  resolve?: string;
  port: number;
  /** Which addresses may stand behind the host. */
  addresses: AddressScope;
  /** Ports of other hosts to which the server there may send its clients on. */
  redirects?: { from: number; to: number };
  /** Seconds within which the server there must answer what it was asked. */
  seconds: number;
}

/** The whole file. */
export interface DestinationsFile {
  targets: readonly DialTarget[];
  /** What the platform says of ranges of addresses. */
  ranges: PlatformRanges;
}
