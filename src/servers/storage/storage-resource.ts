import { z } from 'zod';
import { dataKey } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { endpoint } from './endpoint.ts';
import { prefix } from './prefix.ts';
import { size } from './size.ts';

export const SslMode = z.enum(['disable', 'require', 'verify-ca', 'verify-full']);
export type SslMode = z.infer<typeof SslMode>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const strictName = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

const plain = ({ endpoint }: BucketFields): boolean => endpoint?.startsWith('http://') === true;

const rules: readonly Rule<BucketFields>[] = [
  {
    rule: "has(self.endpoint) || self.region.matches('^[a-z]{2,8}(-[a-z]+)+-[0-9]{1,2}$')",
    message: 'region must be an AWS region such as "eu-central-1" if endpoint is not set',
    holds: (spec) => spec.endpoint !== undefined || /^[a-z]{2,8}(-[a-z]+)+-[0-9]{1,2}$/.test(spec.region),
  },
  {
    rule: `(has(self.endpoint) && !(has(self.pathStyle) && !self.pathStyle)) || (size(self.bucket) <= 63 && self.bucket.matches('${strictName}'))`,
    message:
      'bucket must have at most 63 lower case letters, digits, "-" and "." if endpoint is not set or pathStyle is false',
    holds: ({ endpoint, pathStyle, bucket }) =>
      (endpoint !== undefined && pathStyle !== false) ||
      (bucket.length <= 63 && new RegExp(strictName).test(bucket)),
  },
  {
    rule: "!has(self.sslMode) || (self.sslMode == 'disable') == (has(self.endpoint) && self.endpoint.startsWith('http://'))",
    message: 'sslMode must be disable for an http:// endpoint, and must not be disable otherwise',
    holds: (spec) => spec.sslMode === undefined || (spec.sslMode === 'disable') === plain(spec),
  },
  {
    rule: "!has(self.caRef) || ((!has(self.sslMode) || self.sslMode.startsWith('verify')) && !(has(self.endpoint) && self.endpoint.startsWith('http://')))",
    message: 'caRef is supported for sslMode verify-ca and verify-full only',
    holds: (spec) =>
      spec.caRef === undefined || (spec.sslMode?.startsWith('verify') !== false && !plain(spec)),
  },
  {
    rule: "!has(self.pathStyle) || self.pathStyle || !(self.bucket.contains('.') || (has(self.endpoint) && self.endpoint.matches('^https?://[0-9.]+(:[0-9]+)?$')))",
    message:
      'pathStyle false is not supported if bucket contains "." or the host of endpoint is an IP address',
    holds: ({ pathStyle, bucket, endpoint = '' }) =>
      pathStyle !== false || !(bucket.includes('.') || /^https?:\/\/[0-9.]+(:[0-9]+)?$/.test(endpoint)),
  },
];

const BucketFields = z.object({
  endpoint: endpoint(
    'URL of the service: http:// or https:// with a host and an optional port. Default: AWS in the region.',
  ).optional(),
  region: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z0-9][-A-Za-z0-9]*$/, 'must consist of letters, digits and "-"')
    .default('us-east-1')
    .meta({
      description:
        'Region of the bucket. For a service other than AWS: the region in the configuration of the service.',
    }),
  pathStyle: z.boolean().optional().meta({
    description:
      'Whether the bucket is in the path of the URL instead of before the host. Default: true, except for AWS with a bucket without dots.',
  }),
  bucket: z
    .string()
    .min(3)
    .max(255)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*$/,
      'must be the name of a bucket: letters, digits, "-", "_" and "."',
    )
    .meta({
      description:
        'Name of the bucket. Upper case letters, "_" and more than 63 characters are supported only with an endpoint and the bucket in the path.',
    }),
  prefix: prefix(
    'Prefix of all keys that are served. It must end with "/". Default: the whole bucket.',
  ).optional(),
  sslMode: SslMode.optional().meta({
    description:
      'TLS to the service: disable: no TLS; require: TLS without verification; verify-ca: verify the certificate authority; verify-full: verify the certificate authority and the host name. Default: verify-full, or disable for an http:// endpoint.',
  }),
  caRef: CaRef.optional(),
  credentialsRef: z
    .object({
      ...credentialsRefFields,
      accessKeyIdKey: dataKey('Key of the access key ID in the Secret.').default('accessKeyId'),
      secretAccessKeyKey: dataKey('Key of the secret access key in the Secret.').default('secretAccessKey'),
      sessionTokenKey: dataKey('Key of the session token of temporary credentials in the Secret.').optional(),
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
    .meta({ description: 'Maximum duration of a call in seconds, including retries.' }),
  maxGetSize: size(
    'Maximum size of an object that is read. The policy of the Instance can reduce it.',
  ).optional(),
  maxPutSize: size(
    'Maximum size of an object that is written. The policy of the Instance can reduce it.',
  ).optional(),
  ...resourceFields,
});
type BucketFields = z.infer<typeof BucketFields>;

/** Spec of a StorageBucket. */
export const StorageBucketSpec = ruled(BucketFields, rules, {
  description: 'A bucket that is accessed through the S3 protocol.',
});
export type StorageBucketSpec = z.infer<typeof StorageBucketSpec>;
