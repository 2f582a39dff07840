import type { Destination } from '../server-type.ts';
import type { SslMode, StorageBucketSpec } from './storage-resource.ts';

/** The service of a bucket, and how to connect to it. */
export interface Service {
  /** Scheme, host and port of the service. */
  endpoint: string;
  /** Host to connect to. The bucket precedes the host of the service if it is not in the path. */
  host: string;
  port: number;
  tls: SslMode;
  pathStyle: boolean;
}

/**
 * The service of a bucket. The default is AWS in the region of the bucket. With path style, the bucket needs no name in
 * DNS and in the certificate, which services other than AWS rarely provide. A wildcard certificate is not valid for a
 * bucket whose name contains dots.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export const serviceOf = (spec: StorageBucketSpec): Service => {
  const endpoint = spec.endpoint ?? endpointOfAws(spec.region);
  const [scheme = '', host = '', port] = endpoint.split(/:\/\/|:/);
  const secure = scheme === 'https';
  const pathStyle = spec.pathStyle ?? (spec.endpoint !== undefined || spec.bucket.includes('.'));
  return {
    endpoint,
    host: pathStyle ? host : `${spec.bucket}.${host}`,
    port: port === undefined ? (secure ? 443 : 80) : Number(port),
    tls: secure ? (spec.sslMode ?? 'verify-full') : 'disable',
    pathStyle,
  };
};

/**
 * The domains of the partitions of AWS by the beginning of their regions. The first that fits applies.
 * https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json
 */
const partitions: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

const endpointOfAws = (region: string): string => {
  const domain = partitions.find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';
  return `https://s3.${region}.${domain}`;
};

/** The host and port of a StorageBucket. Tenants control the requests, because clients choose keys and objects. */
export const bucketDestination = (spec: StorageBucketSpec): Destination => {
  const { host, port } = serviceOf(spec);
  return { host, port, arbitrary: true };
};
