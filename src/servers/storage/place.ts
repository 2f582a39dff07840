import type { Destination } from '../server-type.ts';
import type { SslMode, StorageBucketSpec } from './storage-resource.ts';

/** Where a bucket is, for whoever connects to it. */
export interface Place {
  /** Scheme, host and port of the service. */
  endpoint: string;
  /** Whom to connect to: with the bucket before the service's host where it is not in the path. */
  host: string;
  port: number;
  tls: SslMode;
  pathStyle: boolean;
}

/**
 * The service of a bucket, which is that of AWS in its region by default. In a path the bucket needs no name of its
 * own in DNS and in the certificate, as services elsewhere rarely have; and a name with dots fits no certificate.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export const placeOf = (spec: StorageBucketSpec): Place => {
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

/** https://docs.aws.amazon.com/general/latest/gr/s3.html */
const endpointOfAws = (region: string): string =>
  `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Where a StorageBucket leads its server. Its clients name the keys and write the objects of what is sent there. */
export const bucketDestination = (spec: StorageBucketSpec): Destination => {
  const { host, port } = placeOf(spec);
  return { host, port, arbitrary: true };
};
