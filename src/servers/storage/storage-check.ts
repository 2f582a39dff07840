import type { Check } from '../../contract/targets.ts';
import type { CheckInput } from '../server-type.ts';
import { placeOf } from './place.ts';
import type { StoragePolicy } from './storage-instance.ts';
import { effectivePolicy } from './storage-policy.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** What the probe checks of a StorageBucket. */
export const bucketCheck = ({
  spec,
  policy,
  place,
  ca,
  secretKey,
}: CheckInput<StorageBucketSpec, StoragePolicy>): Check => {
  const { port, tls, pathStyle } = placeOf(spec);
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
      // As it stands in the path, where it is not before the host.
      ...(pathStyle && { bucket: spec.bucket }),
      prefix: spec.prefix ?? '',
    },
    readOnly: effectivePolicy(spec, policy).readOnly,
    timeouts: { connect: spec.connectionTimeout, query: spec.requestTimeout },
  };
};
