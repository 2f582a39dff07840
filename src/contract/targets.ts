import { z } from 'zod';
import { PlatformRanges } from './ranges.ts';

/**
 * The file that tells an Instance's probe what to check. The function writes it into a ConfigMap, the probe
 * reads it from a mount; it holds no secret, only the names under which secrets are mounted. Fields that are not
 * known here are of a newer function, and change nothing.
 */

/** Data key of the targets in the probe's ConfigMap, and its file name in the probe's pod. */
export const targetsKey = 'targets.json';

/**
 * How a value is written into the aggregated Secret so that it survives the place where it is put: `percent` in
 * a part of a URL, `json` in a quoted string of JSON or YAML, `header` likewise and fit for an HTTP header field,
 * `plain` as it stands. The probe undoes it.
 */
export const Encoding = z.enum(['percent', 'plain', 'json', 'header']);
export type Encoding = z.infer<typeof Encoding>;

const SecretValue = z.object({ key: z.string(), encoding: Encoding });

/** Where a server may send its clients on to: to ports of hosts that are one of the domains, or below one. */
export const Redirects = z.object({ from: z.int(), to: z.int(), domains: z.array(z.string()) });
export type Redirects = z.infer<typeof Redirects>;

/** What a driver is told about one Resource. `driver` names a file in `src/probe/drivers/`. */
export const Check = z.object({
  driver: z.string(),
  /** The host to connect to. */
  host: z.string(),
  /** The host as its tenant wrote it, where that differs: certificates and HTTP may call the server so. */
  name: z.string().optional(),
  port: z.int(),
  tls: z.enum(['disable', 'require', 'verify-ca', 'verify-full']),
  /** File name of the certificate authority below the probe's mounted configuration. */
  ca: z.string().optional(),
  /** Values of the aggregated Secret by purpose, such as USERNAME. */
  secrets: z.record(z.string(), SecretValue),
  /** What else the driver needs, such as `database`. */
  params: z.record(z.string(), z.string()),
  /** Whether the credentials must not be able to write. */
  readOnly: z.boolean(),
  /** Which addresses may stand behind the host; absent: those of private networks and public ones. */
  addresses: z.enum(['public', 'inside', 'any']).optional(),
  /** Where the server may send its clients on to; absent: nowhere. */
  redirects: Redirects.optional(),
  /** Seconds for DNS, connecting, TLS and logging in, each; and for the query. */
  timeouts: z.object({ connect: z.int(), query: z.int() }),
});
export type Check = z.infer<typeof Check>;

/** One selected Resource. Without a check it is not usable, and `problem` says why. */
export const Target = z.object({
  name: z.string(),
  /** Name of its XR, whose status the probe writes. */
  xr: z.string(),
  /** Hash of the spec that this target was made from: becomes `status.checkedSpec`. */
  specHash: z.string(),
  problem: z.object({ reason: z.string(), message: z.string() }).optional(),
  check: Check.optional(),
});
export type Target = z.infer<typeof Target>;

/** The whole file. */
export const TargetsFile = z.object({
  /** The Instance that this probe belongs to: becomes `status.checkedBy`. */
  instance: z.string(),
  /** The tenant's namespace. */
  namespace: z.string(),
  /** Where the XRs are in the API: cluster-scoped in the claims flavour. */
  api: z.object({
    group: z.string(),
    version: z.string(),
    kind: z.string(),
    plural: z.string(),
    namespaced: z.boolean(),
  }),
  /** Seconds between two checks of a Resource that is well. */
  interval: z.int(),
  /** What the platform says of ranges of addresses. */
  ranges: PlatformRanges.optional(),
  targets: z.array(Target),
});
export type TargetsFile = z.infer<typeof TargetsFile>;
