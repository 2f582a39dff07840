import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

/** What an API answers, by the end of its path. */
const answers: Record<string, { type?: string; body: string | Buffer; status?: number }> = {
  empty: { body: '[]' },
  spaced: { body: ' [ \n] ' },
  nested: { body: '[[]]' },
  object: { body: '{"a":[],"b":null}' },
  digits: {
    body: '{"id":9007199254740993,"min":-9223372036854775808,"text":"9007199254740993 \\" 9007199254740993","near":9007199254740991,"float":1234567890123456.5,"list":[18446744073709551615]}',
  },
  number: { body: '9007199254740993' },
  plain: { type: 'text/plain', body: '9007199254740993 rows, [9007199254740993]' },
  unicode: { body: JSON.stringify({ a: 'é€👩‍💻'.repeat(30_000) }) },
  image: { type: 'image/png', body: Buffer.from('89504e470d0a1a0aff', 'hex') },
  latin1: { type: 'text/plain; charset=iso-8859-1', body: Buffer.from('caf\xe9', 'latin1') },
  zeros: { type: 'application/octet-stream', body: 'a\0b' },
  cut: { type: 'text/plain', body: Buffer.from('€').subarray(0, 2) },
  nothing: { body: '', status: 204 },
};

let api: Recorder;
let served: ServedInstance;
let client: McpClient;
beforeAll(async () => {
  api = await startRecorder({
    answer: ({ url }, response) => {
      const { type = 'application/json', body, status = 200 } = answers[url.slice(1)] ?? { body: '{}' };
      response.writeHead(status, { 'content-type': type });
      const bytes = Buffer.from(body);
      // in pieces, between which a character or a number can be divided
      for (let at = 0; at < bytes.length; at += 7001) response.write(bytes.subarray(at, at + 7001));
      response.end();
    },
  });
  served = await serveInstance(
    tenantOf({
      endpoints: {
        it: {
          baseUrl: `http://127.0.0.1:${api.port}`,
          operations: Object.keys(answers).map((name): JsonObject => ({ name, path: `/${name}` })),
        },
      },
    }),
  );
  client = await served.connect();
});
afterAll(async () => {
  await served?.stop();
  await api?.[Symbol.asyncDispose]();
});

describe('an answer', () => {
  test.each([
    ['empty', []],
    ['spaced', []],
    ['nested', []],
    ['object', { a: [], b: null }],
    [
      'digits',
      {
        id: '9007199254740993',
        min: '-9223372036854775808',
        text: '9007199254740993 " 9007199254740993',
        near: 9007199254740991,
        float: 1234567890123456.5,
        list: ['18446744073709551615'],
      },
    ],
    ['number', '9007199254740993'],
    ['plain', '9007199254740993 rows, [9007199254740993]'],
    ['unicode', { a: 'é€👩‍💻'.repeat(30_000) }],
    ['nothing', ''],
  ])('%s arrives as it is', async (name, content) => {
    expect(await client.callTool(`${name}-it`)).toMatchObject({ isError: false, content });
  });

  test.each(['image', 'latin1', 'zeros', 'cut'])('%s is not a text, and an error', async (name) => {
    const answer = await client.callTool(`${name}-it`);
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer.content)).toContain('502 (Bad Gateway)');
    await expect.poll(() => served.logs()).toContain('"code":"BINARY"');
  });
});
