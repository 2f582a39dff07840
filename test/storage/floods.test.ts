import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { pourAll } from '../proxy/floods.ts';
import { startLimited, token } from '../proxy/limited.ts';
import { builtFirst } from '../support/built-first.ts';
import { memoryLimits } from '../support/memory-limit.ts';
import { connectionTo } from './connection.ts';

builtFirst('mcp-s3');

const megabyte = 'é"<\u0001'.repeat(2 ** 20 / 4);
const list = `<ListBucketResult>${Array.from({ length: 1000 }, (_, index) => `<Contents><Key>${index}${'&amp;'.repeat(200)}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`;
const pad = ' '.repeat(64 * 1024);

/** Speaks S3, and means no good: large objects, lists of long keys, a list without an end, and no answer at all. */
const answer = (url: URL, response: ServerResponse): void => {
  response.setHeader('etag', '"1"').setHeader('last-modified', 'Mon, 02 Mar 2026 09:14:07 GMT');
  const prefix = url.searchParams.get('prefix');
  if (prefix === 'never') return;
  if (prefix === 'endless') {
    const more = (): void => {
      while (!response.destroyed && response.write(pad));
    };
    response.on('drain', more).write('<ListBucketResult>');
    more();
  } else if (url.searchParams.has('list-type')) response.end(list);
  else if (url.pathname === '/shop/small') response.end('good');
  else response.end(megabyte);
};

let folder: string;
let s3: Server;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-storage-floods');
  s3 = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(new URL(request.url ?? '/', 'http://s3'), response));
  }).listen(0, '127.0.0.1');
  await once(s3, 'listening');
});
afterAll(async () => {
  s3?.closeAllConnections();
  s3?.close();
  if (folder) await removeFolder(folder);
});

const call = (name: string, args: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });

const headers = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

describe.skipIf(memoryLimits === 'none')(
  `under a limit of 256 MiB (${memoryLimits})`,
  { timeout: 600_000 },
  () => {
    test('mcp-s3 outlives all floods at once, and serves others meanwhile', async () => {
      const port = await freePort();
      const config = join(folder, 'connections.json');
      const { port: s3Port } = s3.address() as AddressInfo;
      const main = connectionTo(`http://127.0.0.1:${s3Port}`, {
        readOnly: false,
        maxGetSize: 2 ** 21,
        maxPutSize: 2 ** 21,
        requestTimeout: 10,
      });
      await writeFile(config, JSON.stringify({ connections: { main } }));
      const program = await ensureTool('mcp-s3');
      const args = ['--address', '127.0.0.1', '--port', `${port}`, '--config', config];
      await using server = await startLimited([program, ...args], { MCP_S3_AUTH_TOKEN: token });
      const url = `http://127.0.0.1:${port}/mcp`;
      const ask = (body: string, signal: AbortSignal) =>
        fetch(url, { method: 'POST', headers, body, signal }).then((response) => response.text());

      const end = new AbortController();
      const calls = [
        call('s3_get_object', { bucket: 'shop', key: 'large' }),
        call('s3_list_objects', { bucket: 'shop', max_keys: 1000 }),
        call('s3_list_objects', { bucket: 'shop', prefix: 'endless' }),
        call('s3_list_objects', { bucket: 'shop', prefix: 'never' }),
        call('s3_put_object', { bucket: 'shop', key: 'a', content: 'x'.repeat(2 ** 21 - 1) }),
      ];
      const all = Array.from({ length: 100 }, (_, index) =>
        ask(calls[index % calls.length] ?? '', end.signal).catch(() => ''),
      );
      const body = calls[0] ?? '';
      const fields = Object.entries({ ...headers, host: 'localhost', 'content-length': body.length });
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const unread = { request: `POST /mcp HTTP/1.1\r\n${lines}\r\n${body}`, count: 100 };
      const bearer = `authorization: Bearer ${token}\r\naccept: ${headers.accept}\r\n`;
      const good = call('s3_get_object', { bucket: 'shop', key: 'small' });
      await pourAll({ port, health: '/healthz', hold: '/mcp', unread, bearer }, async () => {
        await until(
          'an answer',
          async () => (await ask(good, AbortSignal.timeout(15_000))).includes('good'),
          { everyMs: 10, hopeless: server.gone },
        );
      });
      await server.holds();
      end.abort();
      await Promise.all(all);
      expect(server.process.exit()).toBeUndefined();
    });
  },
);
