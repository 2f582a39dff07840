import type { Platform, Source, SourceInput } from '../server-type.ts';
import { placeOf } from './place.ts';
import { bytes } from './size.ts';
import type { StoragePolicy } from './storage-instance.ts';
import { effectivePolicy } from './storage-policy.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** What one StorageBucket adds to `connections.json`: `config.go` of the server reads it. */
type Fragment = [name: string, connection: Record<string, string | number | boolean>];

/**
 * A connection under the name of the StorageBucket. One without usable credentials keeps its place, with its
 * problem: the server answers every call on it with that.
 */
export const bucketSource = (input: SourceInput<StorageBucketSpec, StoragePolicy>): Source => {
  const { name, spec, policy, problem, caPath, place, placeholder } = input;
  const { endpoint, host, tls, pathStyle } = placeOf(spec);
  const { readOnly, fields } = effectivePolicy(spec, policy);
  const fragment: Fragment = [
    name,
    {
      ...(spec.description !== undefined && { description: spec.description }),
      ...(problem && { problem: problem.reason }),
      endpoint: place.name === undefined ? endpoint : endpoint.replace(`://${host}`, `://${place.host}`),
      ...(place.name !== undefined && { serverName: place.name }),
      addresses: place.addresses,
      region: spec.region,
      pathStyle,
      bucket: spec.bucket,
      ...(spec.prefix !== undefined && { prefix: spec.prefix }),
      ...(!problem && {
        accessKeyId: placeholder('ACCESS_KEY_ID'),
        secretAccessKey: placeholder('SECRET_ACCESS_KEY'),
        ...(spec.credentialsRef.sessionTokenKey !== undefined && {
          sessionToken: placeholder('SESSION_TOKEN'),
        }),
      }),
      tls,
      ...(caPath !== undefined && { ca: caPath }),
      readOnly,
      maxGetSize: bytes(fields.maxGetSize),
      ...(fields.maxPutSize !== undefined && { maxPutSize: bytes(fields.maxPutSize) }),
      connectTimeout: spec.connectionTimeout,
      requestTimeout: spec.requestTimeout,
    },
  ];
  return { fragment };
};

/** The whole `connections.json`. */
export const connectionsJson = (fragments: readonly unknown[], { ranges }: Platform): string => {
  if (fragments.length === 0) return '';
  const file = {
    connections: Object.fromEntries(fragments as readonly Fragment[]),
    ...(Object.keys(ranges).length > 0 && { ranges }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
};
