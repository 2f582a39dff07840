import { z } from 'zod';
import { PlatformRanges } from './ranges.ts';

/**
 * The file that tells the gate beside a server where each Resource is. The function writes placeholders for secrets,
 * and the init container replaces them with the values.
 */

/** Data key of the template, and its file name in the server's pod. */
export const gateFile = 'gate.json';

/** Port of the gate. Only the server in the same pod uses it. Instances of types with a gate cannot use this port. */
export const gatePort = 15080;

/** How one Resource is reached. */
export const GateRoute = z.object({
  tls: z.boolean(),
  /** Whether the server's certificate is verified; by default it is. */
  verified: z.boolean().optional(),
  /** The host to connect to: a DNS name or an IPv4 address. */
  host: z.string().min(1),
  /** The host as the tenant wrote it, if that differs. The Host header and the certificate use this name. */
  name: z.string().min(1).optional(),
  port: z.int().min(1).max(65535),
  /** Prefix of every path: empty, or such as `/v1`. */
  basePath: z.string(),
  /** Headers that the gate sets on every request, including credentials. They replace what the server sets. */
  headers: z.record(z.string(), z.string()),
  /** Query parameters that the gate sets in the same way. */
  query: z.record(z.string(), z.string()),
  /** Path of the trusted certificate authorities, which replace those of the system. */
  ca: z.string().optional(),
  /** Which addresses the host may resolve to. */
  addresses: z.enum(['public', 'inside', 'any']),
  /** Whether only GET and HEAD pass. */
  readOnly: z.boolean(),
  /** Seconds within which the answer must arrive. */
  timeout: z.int().min(1),
});
export type GateRoute = z.infer<typeof GateRoute>;

/** The whole file: routes by the first segment of the request path. */
export const GateFile = z.object({
  routes: z.record(z.string(), GateRoute),
  /** Ranges of addresses that the platform configures. */
  ranges: PlatformRanges.optional(),
});
export type GateFile = z.infer<typeof GateFile>;
