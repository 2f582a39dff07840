import { z } from 'zod';
import { PlatformRanges } from './ranges.ts';

/**
 * The file that tells an Instance's probe what to check. The function writes it into a ConfigMap, and the probe reads
 * it from a mount. It contains no secret, only the names under which secrets are mounted. The probe ignores unknown
 * fields, which a newer function may write.
 */

/** Data key of the targets in the probe's ConfigMap, and its file name in the probe's pod. */
export const targetsKey = 'targets.json';

/**
 * How a value is escaped in the aggregated Secret for the place where it is inserted: `percent` for a part of a URL,
 * `json` for a quoted string in JSON or YAML, `header` for such a string that is also a valid HTTP header field, and
 * `plain` for no escaping. The probe reverses it.
 */
export const Encoding = z.enum(['percent', 'plain', 'json', 'header']);
export type Encoding = z.infer<typeof Encoding>;

const SecretValue = z.object({
  key: z.string(),
  encoding: Encoding,
  /** The key in the tenant's Secret, for messages. */
  source: z.string().optional(),
});

/** Where a server may redirect its clients: to a range of ports on hosts that are one of the domains, or below one. */
export const Redirects = z.object({ from: z.int(), to: z.int(), domains: z.array(z.string()) });
export type Redirects = z.infer<typeof Redirects>;

/** The input of a driver for one Resource. `driver` names a file in `src/probe/drivers/`. */
export const Check = z.object({
  driver: z.string(),
  /** The host to connect to. */
  host: z.string(),
  /** The host as the tenant wrote it, if that differs. Certificates and HTTP may use this name. */
  name: z.string().optional(),
  port: z.int(),
  tls: z.enum(['disable', 'require', 'verify-ca', 'verify-full']),
  /** File name of the certificate authority below the probe's mounted configuration. */
  ca: z.string().optional(),
  /** Values of the aggregated Secret by purpose, such as USERNAME. */
  secrets: z.record(z.string(), SecretValue),
  /** Further parameters of the driver, such as `database`. */
  params: z.record(z.string(), z.string()),
  /** Whether the credentials must not be able to write. */
  readOnly: z.boolean(),
  /** Which addresses the host may resolve to. The default is private and public addresses. */
  addresses: z.enum(['public', 'inside', 'any']).optional(),
  /** Where the server may redirect its clients. Absent: redirects are refused. */
  redirects: Redirects.optional(),
  /** Seconds for each of DNS, connecting, TLS and login, and for the query. */
  timeouts: z.object({ connect: z.int(), query: z.int() }),
});
export type Check = z.infer<typeof Check>;

/** One selected Resource. If it has no check, it is not usable, and `problem` says why. */
export const Target = z.object({
  name: z.string(),
  /** Name of its XR, whose status the probe writes. */
  xr: z.string(),
  /** Hash of the spec of this target. It becomes `status.checkedSpec`. */
  specHash: z.string(),
  problem: z.object({ reason: z.string(), message: z.string() }).optional(),
  check: Check.optional(),
});
export type Target = z.infer<typeof Target>;

/** The whole file. */
export const TargetsFile = z.object({
  /** The Instance that this probe belongs to. It becomes `status.checkedBy`. */
  instance: z.string(),
  /** The tenant's namespace. */
  namespace: z.string(),
  /** Where the API server serves the XRs. They are cluster-scoped in the claims flavour. */
  api: z.object({
    group: z.string(),
    version: z.string(),
    kind: z.string(),
    plural: z.string(),
    namespaced: z.boolean(),
  }),
  /** Seconds between two checks of a healthy Resource. */
  interval: z.int(),
  /** Ranges of addresses that the platform configures. */
  ranges: PlatformRanges.optional(),
  targets: z.array(Target),
});
export type TargetsFile = z.infer<typeof TargetsFile>;
