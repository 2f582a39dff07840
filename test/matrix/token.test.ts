import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { startDbhub } from '../../lab/servers/dbhub.ts';
import { startMcpS3 } from '../../lab/servers/mcp-s3.ts';
import type { McpServer } from '../../lab/servers/mcp-server.ts';
import { startToolbox } from '../../lab/servers/toolbox.ts';
import { isBearerToken } from '../../src/contract/token.ts';
import { createLog } from '../../src/process/log.ts';
import { startGuard } from '../../src/proxy/inbound/guard.ts';
import { connectionTo } from '../storage/connection.ts';
import { builtFirst } from '../support/built-first.ts';

builtFirst('mcp-s3');

/** A server that asks for a token. */
type Asking = AsyncDisposable & { url: string };

let toolbox: Promise<McpServer> | undefined;
afterAll(async () => {
  await (await toolbox)?.stop();
});

const connection = connectionTo('http://127.0.0.1:1');

const startStorage = (token: string): Promise<Asking> =>
  startMcpS3({
    config: JSON.stringify({ connections: { shop: connection } }),
    env: { MCP_S3_AUTH_TOKEN: token },
  });

const startGuarded = async (token: string): Promise<Asking> => {
  toolbox ??= startToolbox({
    yaml: 'kind: source\nname: a\ntype: http\nbaseUrl: https://example.com\n',
  });
  const guard = await startGuard({
    listen: { host: '127.0.0.1', port: 0 },
    server: new URL(new URL((await toolbox).url).origin),
    healthPath: '/healthz',
    token,
    log: createLog({ level: 'silent' }),
  });
  return { url: `http://127.0.0.1:${guard.port}/mcp`, [Symbol.asyncDispose]: () => guard.close(0) };
};

/** Each server that checks tokens, and how many tokens it is started with. */
const servers: [string, (token: string) => Promise<Asking>, number][] = [
  [
    'DBHub',
    (token) =>
      startDbhub({
        toml: '[[sources]]\nid = "a"\nlazy = true\ndsn = "postgres://a:b@127.0.0.1:1/c"\n',
        env: { DBHUB_AUTH_TOKEN: token },
      }),
    4,
  ],
  ['mcp-s3', startStorage, 10],
  ['MCP Toolbox behind the guard', startGuarded, 30],
];

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

const statusOf = async (url: string, authorization: string): Promise<number> => {
  const headers = {
    authorization,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const response = await fetch(url, { method: 'POST', headers, body: initialize });
  await response.text();
  return response.status;
};

const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const piece = fc.oneof(
  fc.constantFrom(...visible),
  fc.constantFrom(
    '%2C',
    '%20',
    '$(HOME)',
    `\${HOME}`,
    '{{x}}',
    'Bearer',
    '\\n',
    '""',
    "''",
    '=',
    ';',
    '|',
    ':',
    '#',
  ),
);
const token = fc
  .array(piece, { minLength: 1, maxLength: 24 })
  .map((pieces) => pieces.join(''))
  .filter(isBearerToken);

/** Texts that a sloppy comparison could take for the token. */
const others = (value: string): string[] => {
  const near = [
    value.slice(0, -1),
    value.slice(1),
    value.slice(0, value.length / 2),
    ...value.split(/[;|:&=/.$%"']/),
    value.toLowerCase(),
    value.toUpperCase(),
    encodeURIComponent(value),
    value.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    JSON.stringify(value),
    Buffer.from(value).toString('base64'),
    `${value}x`,
    `x${value}`,
    `${value}${value}`,
    `${value},`,
    `,${value}`,
    `${value},x`,
    `x,${value}`,
    `${value}, ${value}`,
    `${value}\u00e9`,
    `${value} x`,
    `x ${value}`,
    `Bearer ${value}`,
    `token=${value}`,
    ',',
    'x',
    '',
  ];
  return [...new Set(near)].filter((text) => text.trim() !== value && /^[\t\x20-\x7e\x80-\xff]*$/.test(text));
};

describe.each(servers)('%s', (_, start, runs) => {
  test('is opened by its token and by nothing else, whatever the token', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(token, async (value) => {
        await using server = await start(value);
        expect(await statusOf(server.url, `Bearer ${value}`)).toBe(200);
        for (const other of others(value))
          expect({ other, status: await statusOf(server.url, `Bearer ${other}`) }).toStrictEqual({
            other,
            status: 401,
          });
        for (const header of [value, `Basic ${value}`, `Bearer${value}`, 'Bearer', `Bearer\t${value}`])
          expect({ header, status: await statusOf(server.url, header) }).toStrictEqual({
            header,
            status: 401,
          });
        const without = await fetch(server.url, { method: 'POST', body: initialize });
        expect(without.status).toBe(401);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? runs), endOnFailure: true },
    );
  });
});

test.each(['', ',', 'a,b', 'a b', 'a\n', '\u00e9'])(
  'mcp-s3 does not start with the token %j',
  async (value) => {
    await expect(startStorage(value)).rejects.toThrow(
      'MCP_S3_AUTH_TOKEN must be printable ASCII without spaces and commas, and must not be empty',
    );
  },
);
