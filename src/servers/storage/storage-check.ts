import type { Check } from '../../contract/targets.ts';
import type { CheckInput } from '../server-type.ts';
import { serviceOf } from './storage-destination.ts';
import type { StoragePolicy } from './storage-instance.ts';
import { effectivePolicy } from './storage-policy.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** How the probe checks a StorageBucket. */
export const bucketCheck = ({
  spec,
  policy,
  place,
  ca,
  secretKey,
}: CheckInput<StorageBucketSpec, StoragePolicy>): Check => {
  const { port, tls, pathStyle } = serviceOf(spec);
  return {
    driver: 's3',
    host: place.host,
    port,
    tls,
    ...(ca !== undefined && { ca }),
    secrets: {
      ACCESS_KEY_ID: { key: secretKey('ACCESS_KEY_ID'), encoding: 'header' },
      SECRET_ACCESS_KEY: { key: secretKey('SECRET_ACCESS_KEY'), encoding: 'json' },
      ...(spec.credentialsRef.sessionTokenKey !== undefined && {
        SESSION_TOKEN: { key: secretKey('SESSION_TOKEN'), encoding: 'header' as const },
      }),
    },
    params: {
      region: spec.region,
      // Only with path style. Otherwise the host contains the bucket.
      ...(pathStyle && { bucket: spec.bucket }),
      prefix: spec.prefix ?? '',
    },
    readOnly: effectivePolicy(spec, policy).readOnly,
    timeouts: { connect: spec.connectionTimeout, query: spec.requestTimeout },
  };
};
