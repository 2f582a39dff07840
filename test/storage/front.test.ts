import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RewritingFront, startRewritingFront } from '../../lab/backends/rewriting-front.ts';
import { type S3Server, startS3 } from '../../lab/backends/s3.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { runCheck } from '../../src/probe/run-check.ts';
import { bucketCheck } from '../../src/servers/storage/storage-check.ts';
import { StoragePolicy } from '../../src/servers/storage/storage-instance.ts';
import { StorageBucketSpec } from '../../src/servers/storage/storage-resource.ts';
import { builtFirst } from '../support/built-first.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { contentOf, keysOf, keysSecret, storageWorld } from './buckets.ts';

builtFirst('versitygw', 'mcp-s3');

/** Headers that front ends of clouds and proxies set, whatever the client sent. */
const rewritten = {
  'accept-encoding': 'gzip(gfe)',
  'amz-sdk-request': 'attempt=9',
  'amz-sdk-invocation-id': 'another',
  'user-agent': 'a-front-end',
  accept: '*/*',
  te: 'trailers',
};

let s3: S3Server;
let front: RewritingFront;
let served: ServedInstance;
let client: McpClient;
let spec: object;

beforeAll(async () => {
  s3 = await startS3();
  await s3.createBucket('shop');
  await s3.put('shop', 'a b/ü.txt', 'hello');
  front = await startRewritingFront(s3.port, rewritten);
  spec = { endpoint: front.url, bucket: 'shop', readOnly: false, credentialsRef: { name: 'root' } };
  served = await serveInstance(
    storageWorld(
      'namespaced',
      { shop: { ...spec } },
      [keysSecret('root', s3.root.accessKeyId, s3.root.secretAccessKey)],
      { defaultPolicy: { readOnly: false } },
    ),
  );
  client = await served.connect();
});
afterAll(async () => {
  await served?.stop();
  await front?.[Symbol.asyncDispose]();
  await s3?.stop();
});

const bucket = { bucket: 'shop' };

test('every tool works behind a front end that rewrites headers', async () => {
  expect(await keysOf(client, bucket)).toEqual(['a b/ü.txt']);
  expect(await contentOf(client, { ...bucket, key: 'a b/ü.txt' })).toBe('hello');
  const calls: [string, object][] = [
    ['s3_get_object_metadata', { ...bucket, key: 'a b/ü.txt' }],
    ['s3_put_object', { ...bucket, key: 'new.txt', content: 'new', content_type: 'text/plain' }],
    [
      's3_copy_object',
      { source_bucket: 'shop', source_key: 'new.txt', dest_bucket: 'shop', dest_key: 'copy' },
    ],
    ['s3_delete_object', { ...bucket, key: 'new.txt' }],
  ];
  for (const [name, args] of calls) {
    const { isError, content } = await client.callTool(name, { ...args });
    expect(isError, `${name}: ${JSON.stringify(content)}`).toBe(false);
  }
  expect(await s3.list('shop')).toEqual(['a b/ü.txt', 'copy']);
});

test('the probe signs the same headers as the server', async () => {
  const signedBy = () =>
    front.received
      .splice(0)
      .map(({ authorization }) => /SignedHeaders=([^,]+)/.exec(authorization ?? '')?.[1]);
  signedBy();
  await keysOf(client, bucket);
  const server = signedBy();
  const check = bucketCheck({
    spec: StorageBucketSpec.parse(spec),
    policy: StoragePolicy.parse({ readOnly: false }),
    place: { host: '127.0.0.1', addresses: 'any' },
    secretKey: (purpose) => purpose,
  });
  const { accessKeyId, secretAccessKey } = s3.root;
  const secrets = { ACCESS_KEY_ID: accessKeyId, SECRET_ACCESS_KEY: secretAccessKey };
  const report = await runCheck({ ...check, addresses: 'any' }, secrets, new AbortController().signal);
  expect(report.reason).toBe('Connected');
  expect(new Set(signedBy())).toEqual(new Set(server));
});
