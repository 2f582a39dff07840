import { z } from 'zod';
import { dataKey } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { endpoint } from './endpoint.ts';
import { prefix } from './prefix.ts';
import { size } from './size.ts';

export const SslMode = z.enum(['disable', 'require', 'verify-ca', 'verify-full']);
export type SslMode = z.infer<typeof SslMode>;

const plain = ({ endpoint }: BucketFields): boolean => endpoint?.startsWith('http://') === true;

const rules: readonly Rule<BucketFields>[] = [
  {
    rule: "has(self.endpoint) || self.region.matches('^[a-z]{2,8}(-[a-z]+)+-[0-9]{1,2}$')",
    message: 'without an endpoint it is a bucket of AWS: region must be one of AWS, such as "eu-central-1"',
    holds: (spec) => spec.endpoint !== undefined || /^[a-z]{2,8}(-[a-z]+)+-[0-9]{1,2}$/.test(spec.region),
  },
  {
    rule: "!has(self.sslMode) || (self.sslMode == 'disable') == (has(self.endpoint) && self.endpoint.startsWith('http://'))",
    message: 'sslMode disable is for an endpoint with http://, and for no other',
    holds: (spec) => spec.sslMode === undefined || (spec.sslMode === 'disable') === plain(spec),
  },
  {
    rule: "!has(self.caRef) || ((!has(self.sslMode) || self.sslMode.startsWith('verify')) && !(has(self.endpoint) && self.endpoint.startsWith('http://')))",
    message: 'caRef is for sslMode verify-ca and verify-full',
    holds: (spec) =>
      spec.caRef === undefined || (spec.sslMode?.startsWith('verify') !== false && !plain(spec)),
  },
  {
    rule: "!has(self.pathStyle) || self.pathStyle || !(self.bucket.contains('.') || (has(self.endpoint) && self.endpoint.matches('^https?://[0-9.]+(:[0-9]+)?$')))",
    message:
      'pathStyle false puts the bucket before the host: neither may it contain ".", nor the host be an address',
    holds: ({ pathStyle, bucket, endpoint = '' }) =>
      pathStyle !== false || !(bucket.includes('.') || /^https?:\/\/[0-9.]+(:[0-9]+)?$/.test(endpoint)),
  },
];

const BucketFields = z.object({
  endpoint: endpoint(
    'Where the service is, as http:// or https:// with a host, and a port or none; AWS in the region by default.',
  ).optional(),
  region: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z0-9][-A-Za-z0-9]*$/, 'must consist of letters, digits and "-"')
    .default('us-east-1')
    .meta({ description: 'Region of the bucket; what the service is set up with where it is not AWS.' }),
  pathStyle: z.boolean().optional().meta({
    description:
      'Whether the bucket is in the path and not before the host; so by default, but for AWS and a bucket without dots.',
  }),
  bucket: z
    .string()
    .min(3)
    .max(63)
    .regex(
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
      'must be the name of a bucket: letters in lower case, digits, "-" and "."',
    )
    .meta({ description: 'Name of the bucket.' }),
  prefix: prefix('Keys must begin with it, "/" at its end; the whole bucket by default.').optional(),
  sslMode: SslMode.optional().meta({
    description:
      'TLS to the service: none, unverified, verified by CA, verified by CA and name. By default verify-full, and disable with http://.',
  }),
  caRef: CaRef.optional(),
  credentialsRef: z
    .object({
      ...credentialsRefFields,
      accessKeyIdKey: dataKey('Key that holds the access key ID.').default('accessKeyId'),
      secretAccessKeyKey: dataKey('Key that holds the secret access key.').default('secretAccessKey'),
      sessionTokenKey: dataKey('Key that holds the session token of temporary credentials.').optional(),
    })
    .meta({ description: 'The Secret with the access key.' }),
  connectionTimeout: z
    .int()
    .min(1)
    .max(300)
    .default(10)
    .meta({ description: 'Seconds to wait for a connection.' }),
  requestTimeout: z
    .int()
    .min(1)
    .max(3600)
    .default(30)
    .meta({ description: 'Seconds that a call may take, retries included.' }),
  maxGetSize: size(
    'Size of the largest object that is read; the policy of the Instance may be stricter.',
  ).optional(),
  maxPutSize: size(
    'Size of the largest object that is written; the policy of the Instance may be stricter.',
  ).optional(),
  ...resourceFields,
});
type BucketFields = z.infer<typeof BucketFields>;

/** Spec of a StorageBucket. */
export const StorageBucketSpec = ruled(BucketFields, rules, {
  description: 'A bucket that is reached by the S3 protocol.',
});
export type StorageBucketSpec = z.infer<typeof StorageBucketSpec>;
