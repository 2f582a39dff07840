import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type S3Server, startS3 } from '../../lab/backends/s3.ts';
import { connectMcp } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { startMcpS3 } from '../../lab/servers/mcp-s3.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { builtFirst } from '../support/built-first.ts';
import { connectionTo } from './connection.ts';

builtFirst('versitygw', 'mcp-s3');

let folder: string;
let program: string;
let s3: S3Server;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-storage-process');
  program = await ensureTool('mcp-s3');
  s3 = await startS3();
  await s3.createBucket('shop');
  await s3.put('shop', 'a.txt', 'hello');
});
afterAll(async () => {
  await s3?.stop();
  if (folder) await removeFolder(folder);
});

const connection = (fields: object = {}) => connectionTo(s3.url, { ...s3.root, ...fields });

const configOf = (connections: object) => JSON.stringify({ connections });

/** Runs it to its end. */
async function run(args: string[], config?: string): Promise<{ code: number | null; said: string }> {
  const file = join(folder, 'connections.json');
  if (config !== undefined) await writeFile(file, config);
  const child = spawn(program, [...args, ...(config === undefined ? [] : ['--config', file])], { env: {} });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, said };
}

test.each([
  ['no file', ['--config', '/nowhere'], undefined, 'no such file'],
  ['none named', [], undefined, '--config is required'],
  ['an unknown flag', ['--read-write'], '{}', 'flag provided but not defined'],
  ['an unknown transport', ['--transport', 'sse'], '{}', '--transport must be http or stdio'],
  ['no JSON', [], '{"connections": {"a": {"secretAccessKey": "hidden"', 'not JSON'],
  ['an unknown key', [], '{"connections": {"a": {"secretKey": "hidden"}}}', 'unknown field "secretKey"'],
  ['a wrong type', [], '{"connections": {"a": {"readOnly": "hidden"}}}', 'readOnly must be of type bool'],
  ['no connections', [], '{"connections": {}}', 'there are no connections'],
])('a start with %s ends with a sentence', async (_title, args, config, sentence) => {
  const { code, said } = await run(args, config);
  expect(code).toBe(1);
  expect(said).toContain(sentence);
  expect(said).not.toContain('hidden');
});

test('SIGTERM ends it at once and cleanly, as any process and as the first', async () => {
  const server = await startMcpS3({ config: configOf({ main: connection() }) });
  const began = performance.now();
  await server.stop();
  expect(performance.now() - began).toBeLessThan(2000);
  expect(server.exit()).toEqual({ code: 0, signal: null });
});

test('a call that is under way is answered before it ends', async () => {
  const asked = Promise.withResolvers<void>();
  const slow = createServer((_, response) => {
    asked.resolve();
    setTimeout(
      () => response.end('<ListBucketResult><Contents><Key>late</Key></Contents></ListBucketResult>'),
      500,
    );
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const endpoint = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
  const server = await startMcpS3({ config: configOf({ main: connection({ endpoint }) }) });
  await using client = await connectMcp(server.url);
  const answer = client.callTool('s3_list_objects', { bucket: 'shop' });
  await asked.promise;
  await server.stop();
  expect(await answer).toMatchObject({ content: { objects: [{ key: 'late' }] } });
  slow.close();
});

test('it answers on standard input as well, and ends with it', async () => {
  const file = join(folder, 'stdio.json');
  await writeFile(file, configOf({ main: connection() }));
  const client = new Client({ name: 'test', version: '1' });
  const args = ['--transport', 'stdio', '--config', file];
  await client.connect(new StdioClientTransport({ command: program, args, stderr: 'ignore' }));
  const answer = await client.callTool({
    name: 's3_get_object',
    arguments: { bucket: 'shop', key: 'a.txt' },
  });
  expect(answer).toMatchObject({ structuredContent: { content: 'hello' } });
  await client.close();
});

test('nothing of the environment is used: neither keys, nor a profile, nor a proxy, nor a metadata service', async () => {
  const seen: string[] = [];
  const trap = createServer(({ url = '' }, response) => {
    seen.push(url);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
  const credentials = join(folder, 'credentials');
  const keys = `aws_access_key_id = ${s3.root.accessKeyId}\naws_secret_access_key = ${s3.root.secretAccessKey}\n`;
  await writeFile(credentials, `[default]\n${keys}`);
  await using server = await startMcpS3({
    config: configOf({
      none: connection({ accessKeyId: '', secretAccessKey: '' }),
      wrong: connection({ secretAccessKey: 'wrong' }),
      right: connection(),
    }),
    env: {
      AWS_ACCESS_KEY_ID: s3.root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.root.secretAccessKey,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_CONFIG_FILE: credentials,
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      HTTP_PROXY: url,
      HOME: folder,
    },
  });
  await using client = await connectMcp(server.url);
  const list = (name: string) => client.callTool('s3_list_objects', { connection: name, bucket: 'shop' });
  expect(await list('none')).toMatchObject({
    isError: true,
    content: expect.stringContaining('its accessKeyId or secretAccessKey is empty'),
  });
  expect(await list('wrong')).toMatchObject({ isError: true });
  expect(await list('right')).toMatchObject({ isError: false, content: { count: 1 } });
  expect(seen).toEqual([]);
  trap.close();
});
