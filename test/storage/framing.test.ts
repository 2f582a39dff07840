import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startMcpS3 } from '../../lab/servers/mcp-s3.ts';
import { oddRequests } from '../proxy/odd-requests.ts';
import { builtFirst } from '../support/built-first.ts';
import { sendRaw } from '../support/raw-http.ts';
import { startRecorder } from '../support/recorder.ts';
import { connectionTo } from './connection.ts';

builtFirst('mcp-s3');

const token = 's3same-7c1f';
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const callOf = (key: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 's3_get_object', arguments: { bucket: 'shop', key } },
  });
/** A call that a smuggler would have the server answer. It shows no token. */
const body = callOf('smuggled');
const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const smuggled = `POST /mcp HTTP/1.1\r\nhost: x\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n${body}`;

test('whatever is sent to mcp-s3, no call without the token reaches the bucket, and it continues to answer', async () => {
  await using s3 = await startRecorder({
    answer: (_, response) => {
      response.setHeader('etag', '"1"').setHeader('last-modified', 'Mon, 02 Mar 2026 09:14:07 GMT');
      response.end('good');
    },
  });
  const main = connectionTo(`http://127.0.0.1:${s3.port}`, { requestTimeout: 10 });
  const config = JSON.stringify({ connections: { main } });
  const args = ['--allowed-hosts', 'x,y'];
  const server = await startMcpS3({ config, args, env: { MCP_S3_AUTH_TOKEN: token } });
  const { port } = new URL(server.url);
  const ask = async (): Promise<void> => {
    const authorization = `Bearer ${token}`;
    const init = { method: 'POST', headers: { ...headers, authorization }, body: callOf('good') };
    expect(await (await fetch(server.url, init)).text()).toContain('good');
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(oddRequests({ path: '/mcp', token, smuggled }), { minLength: 1, maxLength: 3 }),
      fc.nat(200),
      async (sent, cut) => {
        const text = sent.join('');
        const answer = await sendRaw(Number(port), [text.slice(0, cut), text.slice(cut)], ask);
        expect(answer).toMatch(/^(HTTP\/1\.[01] [1-5][0-9]{2} |$)/);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
  );
  expect(server.exit()).toBeUndefined();
  expect(new Set(s3.requests.map(({ url }) => new URL(url, 'http://s3').pathname))).toStrictEqual(
    new Set(['/shop/good']),
  );
  await server.stop();
}, 600_000);
