import { expect, test } from 'vitest';
import { startS3 } from '../../lab/backends/s3.ts';
import { runCheck } from '../../src/probe/run-check.ts';
import { bucketCheck } from '../../src/servers/storage/storage-check.ts';
import { serviceOf } from '../../src/servers/storage/storage-destination.ts';
import { StoragePolicy } from '../../src/servers/storage/storage-instance.ts';
import { StorageBucketSpec } from '../../src/servers/storage/storage-resource.ts';
import { builtFirst } from '../support/built-first.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { contentOf, keysOf, keysSecret, storageWorld } from './buckets.ts';

builtFirst('versitygw', 'mcp-s3');

const buckets = ['my_bucket', 'My-Bucket', 'UPPER.case_2026', `long-${'x'.repeat(90)}`];

/** Each printable character of ASCII that a prefix may have, and others. */
const ascii = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index))
  .filter((character) => !'/\\'.includes(character))
  .map((character) => `x${character}y/`);
const prefixes = [...ascii, 'Überblick/日本/😀/', `it's "so" [1] {2} <3>/`, '100% & 1+1=2?#/', '%41/%2F/'];

test('buckets and prefixes whose names AWS does not allow or recommend', async () => {
  await using s3 = await startS3({ anyBucketName: true });
  const specs: Record<string, { bucket: string; prefix?: string }> = {};
  for (const [index, bucket] of buckets.entries()) {
    await s3.createBucket(bucket);
    await s3.put(bucket, 'a.txt', 'outside');
    specs[`bucket-${index}`] = { bucket };
  }
  for (const [index, prefix] of prefixes.entries()) {
    await s3.put('my_bucket', `${prefix}b.txt`, `in ${prefix}`);
    specs[`prefix-${index}`] = { bucket: 'my_bucket', prefix };
  }
  const { accessKeyId, secretAccessKey } = s3.root;
  const least = { endpoint: s3.url, readOnly: false, credentialsRef: { name: 'root' } };
  await using served = await serveInstance(
    storageWorld(
      'claims',
      Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...least, ...spec }])),
      [keysSecret('root', accessKeyId, secretAccessKey)],
      { defaultPolicy: { readOnly: false } },
    ),
  );
  const client = await served.connect();
  for (const [connection, { bucket, prefix }] of Object.entries(specs)) {
    const at = { connection, bucket };
    const key = prefix === undefined ? 'a.txt' : `${prefix}b.txt`;
    const content = prefix === undefined ? 'outside' : `in ${prefix}`;
    expect(await contentOf(client, { ...at, key })).toBe(content);
    expect(await keysOf(client, at)).toContain(key);
    const check = bucketCheck({
      spec: StorageBucketSpec.parse({ ...least, bucket, ...(prefix !== undefined && { prefix }) }),
      policy: StoragePolicy.parse({ readOnly: false }),
      place: { host: '127.0.0.1', addresses: 'any' },
      secretKey: (purpose) => purpose,
    });
    const secrets = { ACCESS_KEY_ID: accessKeyId, SECRET_ACCESS_KEY: secretAccessKey };
    const report = await runCheck({ ...check, addresses: 'any' }, secrets, new AbortController().signal);
    expect(report.reason, `${bucket} ${prefix}`).toBe('Connected');
  }
});

/** https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json */
test.each([
  ['eu-central-1', 'amazonaws.com'],
  ['il-central-1', 'amazonaws.com'],
  ['us-gov-west-1', 'amazonaws.com'],
  ['cn-northwest-1', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'amazonaws.eu'],
  ['us-iso-east-1', 'c2s.ic.gov'],
  ['us-isob-east-1', 'sc2s.sgov.gov'],
  ['us-isof-south-1', 'csp.hci.ic.gov'],
  ['eu-isoe-west-1', 'cloud.adc-e.uk'],
])('without an endpoint, %s is in %s', (region, domain) => {
  const spec = StorageBucketSpec.parse({ bucket: 'orders', region, credentialsRef: { name: 'x' } });
  expect(serviceOf(spec)).toMatchObject({
    endpoint: `https://s3.${region}.${domain}`,
    host: `orders.s3.${region}.${domain}`,
    tls: 'verify-full',
  });
});
