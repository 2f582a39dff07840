import type { PlatformRanges } from '../../contract/addresses.ts';
import type { Source, SourceInput } from '../server-type.ts';
import { bytes } from './size.ts';
import { serviceOf } from './storage-destination.ts';
import type { StoragePolicy } from './storage-instance.ts';
import { effectivePolicy } from './storage-policy.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/**
 * A connection in `connections.json`, which `config.go` of the server reads, under the name of the StorageBucket. A
 * StorageBucket without usable credentials keeps its place: the server answers every call on it with the problem.
 */
export const bucketSource = (input: SourceInput<StorageBucketSpec, StoragePolicy>): Source => {
  const { name, spec, policy, problem, caPath, place, placeholder } = input;
  const { endpoint, host, tls, pathStyle } = serviceOf(spec);
  const { readOnly, fields } = effectivePolicy(spec, policy);
  const connection = {
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
  };
  return { texts: [`    ${JSON.stringify(name)}: ${indented(connection, 4)}`] };
};

/** The whole `connections.json`. */
export const connectionsJson = (texts: readonly (readonly string[])[], ranges: PlatformRanges): string =>
  texts.length === 0
    ? ''
    : [
        '{\n  "connections": {\n',
        texts.flat().join(',\n'),
        '\n  }',
        ...(Object.keys(ranges).length > 0 ? [`,\n  "ranges": ${indented(ranges, 2)}`] : []),
        '\n}\n',
      ].join('');

/** A value as JSON whose lines after the first are indented, as in a larger value. */
const indented = (value: object, by: number): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(by)}`);
