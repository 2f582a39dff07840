import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3Server, startS3 } from '../../lab/backends/s3.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { freePort } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { builtFirst } from '../support/built-first.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { connectionsOf, contentOf, keysOf, keysSecret, storageWorld } from './buckets.ts';

builtFirst('versitygw', 'mcp-s3');

const hostile = 's/3+c"r\\e$t {x} %2F é\'';

let s3: S3Server;
let other: S3Server;
let served: ServedInstance;
let client: McpClient;

beforeAll(async () => {
  s3 = await startS3();
  other = await startS3({ region: 'garage' });
  for (const name of ['shop', 'private']) await s3.createBucket(name);
  await other.createBucket('shop');
  await s3.createUser({ accessKeyId: 'writer', secretAccessKey: hostile, bucket: 'shop' });
  await other.createUser({ accessKeyId: 'writer', secretAccessKey: 'another', bucket: 'shop' });
  await other.put('shop', 'elsewhere.txt', 'from the other server');
  for (const [key, body] of Object.entries({
    'mine/a b/ü?x=1&y.txt': 'hello',
    'mine/large.bin': 'x'.repeat(2049),
    'mine/exact.bin': 'x'.repeat(2048),
    'theirs/secret.txt': 'not for everybody',
    'mine-too/secret.txt': 'nor this',
    'top.txt': 'at the top',
  })) {
    await s3.put('shop', key, body);
  }
  await s3.put('shop', 'mine/latin.txt', Buffer.from([0xe9, 0x00, 0xff]), 'text/plain');
  const least = { endpoint: s3.url, bucket: 'shop', credentialsRef: { name: 'writer' } };
  served = await serveInstance(
    storageWorld(
      'claims',
      {
        whole: { ...least, maxGetSize: '3Ki', description: 'All of it' },
        reader: { ...least, readOnly: true },
        mine: { ...least, prefix: 'mine/', maxGetSize: '2Ki', maxPutSize: '1Ki' },
        elsewhere: { ...least, endpoint: other.url, region: 'garage', credentialsRef: { name: 'another' } },
        wrong: { ...least, credentialsRef: { name: 'wrong' } },
        'wrong-region': { ...least, region: 'eu-central-1' },
        'no-bucket': { ...least, bucket: 'nowhere' },
        'no-right': { ...least, bucket: 'private' },
        down: { ...least, endpoint: `http://127.0.0.1:${await freePort()}` },
        'no-host': { ...least, endpoint: 'http://nowhere.invalid' },
        'no-secret': { ...least, credentialsRef: { name: 'nothing' } },
      },
      [
        keysSecret('writer', 'writer', hostile),
        keysSecret('another', 'writer', 'another'),
        keysSecret('wrong', 'writer', 'a-wrong-secret'),
      ],
      { defaultPolicy: { readOnly: false, maxGetSize: '1Mi', maxPutSize: '4Ki' } },
    ),
  );
  client = await served.connect();
});
afterAll(async () => {
  await served?.stop();
  await Promise.all([s3?.stop(), other?.stop()]);
});

const on = (connection: string, key?: string) => ({
  connection,
  bucket: 'shop',
  ...(key !== undefined && { key }),
});
const write = (connection: string, key: string, content: string, more: JsonObject = {}) =>
  client.callTool('s3_put_object', { ...on(connection, key), content, ...more });

describe('reading', () => {
  test('shows the keys and the content of objects, whatever their names', async () => {
    expect(await keysOf(client, on('whole'))).toEqual([
      'mine-too/secret.txt',
      'mine/a b/ü?x=1&y.txt',
      'mine/exact.bin',
      'mine/large.bin',
      'mine/latin.txt',
      'theirs/secret.txt',
      'top.txt',
    ]);
    expect(await contentOf(client, on('whole', 'mine/a b/ü?x=1&y.txt'))).toBe('hello');
    expect(await contentOf(client, on('elsewhere', 'elsewhere.txt'))).toBe('from the other server');
  });

  test('bytes that are no text arrive as they are, whatever their type says', async () => {
    const answer = await client.callTool('s3_get_object', on('whole', 'mine/latin.txt'));
    expect(answer.content).toMatchObject({
      is_base64: true,
      content: Buffer.from([0xe9, 0, 0xff]).toString('base64'),
      content_type: 'text/plain',
      note: expect.stringContaining('not UTF-8'),
    });
  });

  test('metadata, and the bucket of a connection', async () => {
    const metadata = await client.callTool('s3_get_object_metadata', on('reader', 'top.txt'));
    expect(metadata.content).toMatchObject({ size: 10, content_type: 'text/plain' });
    const buckets = await client.callTool('s3_list_buckets', { connection: 'mine' });
    expect(buckets.content).toMatchObject({ count: 1, buckets: [{ name: 'shop' }] });
  });

  test('folders, page after page', async () => {
    const first = await client.callTool<Record<string, unknown>>('s3_list_objects', {
      ...on('mine'),
      delimiter: '/',
      max_keys: 2,
    });
    expect(first.content).toMatchObject({ is_truncated: true, common_prefixes: ['mine/a b/'] });
    const { next_continuation_token: token } = first.content;
    const next = await keysOf(client, { ...on('mine'), delimiter: '/', continuation_token: token });
    expect(next).toEqual(['mine/large.bin', 'mine/latin.txt']);
  });

  test('one of several has to be named', async () => {
    const names =
      'down, elsewhere, mine, no-bucket, no-host, no-right, no-secret, reader, whole, wrong, wrong-region';
    expect(await keysOf(client, { bucket: 'shop' })).toContain(`specify one of ${names}`);
    expect(await keysOf(client, { connection: 'nobody', bucket: 'shop' })).toContain('specify one of');
  });
});

describe('a prefix', () => {
  test('is all that is seen', async () => {
    const mine = ['mine/a b/ü?x=1&y.txt', 'mine/exact.bin', 'mine/large.bin', 'mine/latin.txt'];
    for (const prefix of [undefined, '', 'mine/'])
      expect(await keysOf(client, { ...on('mine'), ...(prefix !== undefined && { prefix }) })).toEqual(mine);
    expect(await keysOf(client, { ...on('mine'), prefix: 'mine/a' })).toEqual(mine.slice(0, 1));
  });

  test.each(['m', 'mine', 'theirs/', 'mine-too/', 'mine/../theirs/', '/mine/', 'mine//', '../private/'])(
    'and nothing is listed of %s',
    async (prefix) => {
      expect(await keysOf(client, { ...on('mine'), prefix })).toMatch(/^Error: /);
    },
  );

  test.each([
    'theirs/secret.txt',
    'mine-too/secret.txt',
    'mine/../theirs/secret.txt',
    'mine/../../private/x',
    'mine/./../theirs/secret.txt',
    'mine/',
    'mine',
    '/theirs/secret.txt',
    'mine//exact.bin',
    'mine/\\..\\theirs',
    'mine/%2e%2e/theirs/secret.txt',
    '',
  ])('neither read, written, deleted nor copied is %s', async (key) => {
    const before = await s3.list('shop');
    for (const call of [
      client.callTool('s3_get_object', on('mine', key)),
      client.callTool('s3_get_object_metadata', on('mine', key)),
      ...(key.includes('%')
        ? []
        : [
            write('mine', key, 'overwritten'),
            client.callTool('s3_delete_object', on('mine', key)),
            copy('mine', 'mine/exact.bin', key),
          ]),
      copy('mine', key, 'mine/stolen.txt'),
    ]) {
      const { isError, content } = await call;
      expect(isError, String(content)).toBe(true);
    }
    expect(await s3.list('shop')).toEqual(before);
    expect(await s3.get('shop', 'theirs/secret.txt')).toBe('not for everybody');
  });

  test('another bucket is not reached, whatever its owner', async () => {
    for (const bucket of ['private', 'shop/../private', 'SHOP', 'shop/mine']) {
      expect(await keysOf(client, { connection: 'whole', bucket })).toContain(
        'serves only the bucket "shop"',
      );
      const stolen = { source_bucket: bucket, source_key: 'a', dest_bucket: 'shop', dest_key: 'b' };
      const given = { source_bucket: 'shop', source_key: 'top.txt', dest_bucket: bucket, dest_key: 'b' };
      for (const keys of [stolen, given]) {
        expect((await client.callTool('s3_copy_object', { connection: 'whole', ...keys })).isError).toBe(
          true,
        );
      }
    }
  });
});

const copy = (connection: string, from: string, to: string) =>
  client.callTool('s3_copy_object', {
    connection,
    source_bucket: 'shop',
    source_key: from,
    dest_bucket: 'shop',
    dest_key: to,
  });

describe('writing', () => {
  test('an object, a copy of it, and its end', async () => {
    expect(await write('mine', 'mine/new (1).txt', 'written', { metadata: { by: 'test' } })).toMatchObject({
      isError: false,
    });
    expect(await s3.get('shop', 'mine/new (1).txt')).toBe('written');
    expect((await copy('mine', 'mine/new (1).txt', 'mine/cöpy?.txt')).isError).toBe(false);
    expect(await s3.get('shop', 'mine/cöpy?.txt')).toBe('written');
    for (const key of ['mine/new (1).txt', 'mine/cöpy?.txt'])
      expect((await client.callTool('s3_delete_object', on('mine', key))).isError).toBe(false);
    expect(await s3.get('shop', 'mine/cöpy?.txt')).toBeUndefined();
  });

  test('a client is told which tools replace or delete what is there', async () => {
    const hints = (await client.listTools()).map(({ name, annotations }) => [
      name,
      annotations?.readOnlyHint === true ? 'reads' : annotations?.destructiveHint,
    ]);
    expect(Object.fromEntries(hints)).toMatchObject({
      s3_put_object: true,
      s3_copy_object: true,
      s3_get_object: 'reads',
      s3_list_objects: 'reads',
    });
    expect(hints.filter(([, destroys]) => destroys === false)).toEqual([]);
  });

  test('not through a connection that is read-only', async () => {
    for (const call of [
      write('reader', 'top.txt', 'overwritten'),
      client.callTool('s3_delete_object', on('reader', 'top.txt')),
      copy('reader', 'top.txt', 'copy.txt'),
    ]) {
      expect(await call).toMatchObject({
        isError: true,
        content: expect.stringContaining('this connection is read-only'),
      });
    }
    expect(await s3.get('shop', 'top.txt')).toBe('at the top');
  });

  test('no URL that outlives a call', async () => {
    expect((await client.listTools()).map(({ name }) => name)).not.toContain('s3_presign_url');
    await expect(client.callTool('s3_presign_url', on('whole', 'top.txt'))).rejects.toThrow(/unknown tool/);
  });
});

test.each([
  ['mine', 'mine/exact.bin', 2048, true],
  ['mine', 'mine/large.bin', 2049, false],
  ['whole', 'mine/large.bin', 2049, true],
])('%s reads %s of %i bytes: %s', async (connection, key, size, may) => {
  const content = await contentOf(client, on(connection, key));
  if (may) expect(content).toHaveLength(size);
  else expect(content).toContain('too large: this connection reads objects of up to 2048 bytes');
});

test.each([
  ['mine', 1024, true],
  ['mine', 1025, false],
  ['whole', 4096, true],
  ['whole', 4097, false],
])('%s writes %i bytes: %s', async (connection, size, may) => {
  const bytes = Buffer.alloc(size, 0xff);
  const answer = await write(connection, 'mine/put.bin', bytes.toString('base64'), { is_base64: true });
  expect(answer.isError).toBe(!may);
  if (!may) expect(answer.content).toContain('too large: this connection writes objects of up to');
  await client.callTool('s3_delete_object', on('whole', 'mine/put.bin'));
});

describe('one that does not work says why, and the others answer before and after', () => {
  test.each([
    ['wrong', 'shop', /answered SignatureDoesNotMatch/],
    ['wrong-region', 'shop', /answered AuthorizationHeaderMalformed/],
    ['no-bucket', 'nowhere', /answered NoSuchBucket/],
    ['no-right', 'private', /answered AccessDenied/],
    ['down', 'shop', /cannot be reached/],
    ['no-host', 'shop', /cannot be reached/],
    ['no-secret', 'shop', /not available: SecretNotFound/],
  ])('%s', async (connection, bucket, says) => {
    expect(await contentOf(client, on('whole', 'top.txt'))).toBe('at the top');
    expect(await keysOf(client, { connection, bucket })).toMatch(says);
    expect(await contentOf(client, on('mine', 'mine/exact.bin'))).toHaveLength(2048);
  });

  test('a server that goes away and comes back', async () => {
    await other.pull();
    expect(await keysOf(client, on('elsewhere'))).toMatch(/cannot be reached/);
    expect(await contentOf(client, on('whole', 'top.txt'))).toBe('at the top');
    await other.restart();
    expect(await keysOf(client, on('elsewhere'))).toEqual(['elsewhere.txt']);
  });

  test('a client is told what is there', async () => {
    const connections = await connectionsOf(client);
    expect(connections.find(({ name }) => name === 'whole')).toEqual({
      name: 'whole',
      description: 'All of it',
      bucket: 'shop',
      region: 'us-east-1',
      endpoint: s3.url,
      read_only: false,
      max_get_size: 3072,
      max_put_size: 4096,
    });
  });
});

test('no secret is in the logs', () => {
  expect(served.logs()).not.toMatch(/a-wrong-secret|s\/3\+c|another/);
});
