import { z } from 'zod';
import { PlatformRanges } from './ranges.ts';

/**
 * The file that tells the gate beside a server where each Resource is. The function writes it with placeholders
 * for what is secret, the init container puts the values in.
 */

/** Data key of the template, and its file name in the server's pod. */
export const gateFile = 'gate.json';

/** Where the gate listens, for the server beside it alone: no Instance of a type with a gate has this port. */
export const gatePort = 15080;

/** How one Resource is reached. */
export const GateRoute = z.object({
  tls: z.boolean(),
  /** Whether the server's certificate is verified; by default it is. */
  verified: z.boolean().optional(),
  /** The host to connect to: a DNS name or an IPv4 address. */
  host: z.string().min(1),
  /** The host as its tenant wrote it, where that differs: the Host header and the certificate are for this name. */
  name: z.string().min(1).optional(),
  port: z.int().min(1).max(65535),
  /** What stands before every path: empty, or `/v1`. */
  basePath: z.string(),
  /** Headers that every request has, whatever the server sets; credentials among them. */
  headers: z.record(z.string(), z.string()),
  /** Query parameters likewise. */
  query: z.record(z.string(), z.string()),
  /** Path of the certificate authorities that are trusted, instead of the system's. */
  ca: z.string().optional(),
  /** Which addresses may stand behind the host. */
  addresses: z.enum(['public', 'inside', 'any']),
  /** Whether only GET and HEAD pass. */
  readOnly: z.boolean(),
  /** Seconds until the answer has to be there. */
  timeout: z.int().min(1),
});
export type GateRoute = z.infer<typeof GateRoute>;

/** The whole file: routes by the first part of the path that they are asked by. */
export const GateFile = z.object({
  routes: z.record(z.string(), GateRoute),
  /** What the platform says of ranges of addresses. */
  ranges: PlatformRanges.optional(),
});
export type GateFile = z.infer<typeof GateFile>;
