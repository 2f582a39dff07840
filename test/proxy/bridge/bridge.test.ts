import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startPostgres } from '../../../lab/backends/postgres.ts';
import { freePort } from '../../../lab/process/server-process.ts';
import { type Dbhub, startDbhub } from '../../../lab/servers/dbhub.ts';
import { livePath, ssePath } from '../../../src/contract/sidecar.ts';
import { createLog } from '../../../src/process/log.ts';
import { maxBody } from '../../../src/proxy/bridge/body.ts';
import { type Bridge, type BridgeOptions, startBridge } from '../../../src/proxy/bridge/server.ts';
import { connectSse } from './sse-client.ts';

const token = 'c4nary-Zq8';
const service = 'hub.tas-acme.svc';
const lines: string[] = [];
let postgres: Backend;
let dbhub: Dbhub;
let bridge: Bridge & { url: string };

const bridgeTo = async (server: Dbhub, options: Partial<BridgeOptions> = {}) => {
  const started = await startBridge({
    listen: { host: '127.0.0.1', port: 0 },
    server: new URL(new URL(server.url).origin),
    mcpPath: '/mcp',
    healthPath: '/healthz',
    allowedHosts: ['hub', service],
    log: createLog({}, { write: (line) => lines.push(line) }),
    ...options,
  });
  const close = () => started.close(1000);
  return { ...started, url: `http://127.0.0.1:${started.port}`, [Symbol.asyncDispose]: close };
};

const toml = () => {
  const { host, port, superuser } = postgres;
  return `
[[sources]]
id = "shop"
lazy = true
dsn = "postgres://reader:p%40ss@${host}:${port}/shop?sslmode=disable"
connection_timeout = 10
query_timeout = 60
[[tools]]
name = "execute_sql"
source = "shop"
readonly = true
max_rows = 50000
# ${superuser.user}`;
};

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createDatabase('shop');
  await postgres.createUser({ name: 'reader', password: 'p@ss', database: 'shop', readOnly: true });
  dbhub = await startDbhub({ toml: toml(), env: { DBHUB_AUTH_TOKEN: token } });
  bridge = await bridgeTo(dbhub);
});
afterAll(async () => {
  await bridge?.close(1000);
  await dbhub?.stop();
  await postgres?.stop();
});

/** A plain request, with any header. */
const ask = (
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
) =>
  new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (incoming) => {
      let text = '';
      const done = () => resolve({ status: incoming.statusCode ?? 0, text, headers: incoming.headers });
      incoming.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        // an event stream has no end: its first event is the answer
        if (text.startsWith('event: endpoint') && text.endsWith('\n\n')) {
          done();
          outgoing.destroy();
        }
      });
      incoming.on('end', done);
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

describe('a client of server-sent events before a real DBHub', () => {
  it('lists the tools and reads rows, and is refused a write', async () => {
    await using mcp = await connectSse(bridge.url, { token });
    const { tools } = await mcp.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['execute_sql']);
    const read = await mcp.call('execute_sql', { sql: 'SELECT 40 + 2 AS answer' });
    expect(read).toMatchObject({
      isError: false,
      content: { data: { statements: [{ rows: [{ answer: 42 }] }] } },
    });
    expect(await mcp.call('execute_sql', { sql: 'CREATE TABLE t (n int)' })).toMatchObject({ isError: true });
  });

  it('is served beside others, each with its own answers, large ones too', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectSse(bridge.url, { token })));
    const sums = await Promise.all(
      clients.flatMap((mcp, client) =>
        [0, 1, 2].map(async (call) => {
          const wanted = client * 10 + call;
          const sql = `SELECT ${wanted} AS n, repeat('x', 1000) AS pad FROM generate_series(1, 2000)`;
          const { content } = await mcp.call('execute_sql', { sql });
          const { rows } =
            (content as { data: { statements: { rows: { n: number }[] }[] } }).data.statements[0] ?? {};
          return rows?.length === 2000 && rows.every(({ n }) => n === wanted);
        }),
      ),
    );
    expect(sums).toEqual(Array(24).fill(true));
    await Promise.all(clients.map(({ client }) => client.close()));
    await expect.poll(() => bridge.sessions()).toBe(0);
  });

  it('is reached under the names of its Service, and under no other', async () => {
    await using mcp = await connectSse(bridge.url, { token, host: `${service}:8080` });
    expect((await mcp.client.listTools()).tools).toHaveLength(1);
    await expect(connectSse(bridge.url, { token, host: 'evil.example' })).rejects.toThrow(/403/);
  });

  it('is refused with 401 where the server refuses it', async () => {
    for (const wrong of [undefined, 'wrong', `${token}x`]) {
      const headers: Record<string, string> = wrong === undefined ? {} : { authorization: `Bearer ${wrong}` };
      const { status, headers: answered } = await ask(`${bridge.url}${ssePath}`, { headers });
      expect({ wrong, status, challenge: answered['www-authenticate'] }).toEqual({
        wrong,
        status: 401,
        challenge: 'Bearer',
      });
      await expect(connectSse(bridge.url, wrong === undefined ? {} : { token: wrong })).rejects.toThrow(
        /401/,
      );
    }
    expect(bridge.sessions()).toBe(0);
  });

  it('cannot use the session of another', async () => {
    await using mcp = await connectSse(bridge.url, { token });
    const { text } = await ask(`${bridge.url}/sse`, { headers: { authorization: `Bearer ${token}` } });
    expect(text).toMatch(/^event: endpoint\ndata: \/messages\?sessionId=[-0-9a-f]{36}\n\n$/);
    const endpoint = (mcp.client.transport as unknown as { _endpoint: URL })._endpoint;
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const post = (headers: Record<string, string>) =>
      ask(endpoint.href, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(message),
      });
    expect((await post({})).status).toBe(404);
    expect((await post({ authorization: 'Bearer wrong' })).status).toBe(404);
    expect((await post({ authorization: `Bearer ${token}` })).status).toBe(202);
  });
});

describe('requests that are no MCP', () => {
  it.each([
    ['/healthz', {}, 200],
    ['/healthz', { host: '10.1.2.3:8080' }, 200],
    ['/healthz', { host: '[fd00::1]:8080' }, 200],
    ['/healthz', { host: 'evil.example' }, 403],
    ['/healthz', { host: 'hub', origin: 'http://evil.example' }, 403],
    ['/healthz', { host: 'hub', origin: 'null' }, 403],
    ['/healthz', { host: 'hub', origin: 'hub' }, 403],
    ['/healthz', { host: 'hub', origin: 'http://hub:8080' }, 200],
    ['/healthz', { host: 'hub@evil.example' }, 400],
    ['/', {}, 404],
    ['/mcp', {}, 404],
    ['/api/sources', { authorization: `Bearer ${token}` }, 404],
    ['//', {}, 400],
  ])('%s with %j is answered with %i', async (path, headers, status) => {
    // not through URL, which would tidy the path up
    const { port } = bridge;
    const answer = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(status);
  });

  it('are refused with what is wrong, and the session continues', async () => {
    await using mcp = await connectSse(bridge.url, { token });
    const { href } = (mcp.client.transport as unknown as { _endpoint: URL })._endpoint;
    const post = (body: string, type = 'application/json') =>
      ask(href, {
        method: 'POST',
        headers: { 'content-type': type, authorization: `Bearer ${token}` },
        body,
      });
    expect(await post('{}', 'text/plain')).toMatchObject({ status: 415 });
    expect(await post('{"a":')).toMatchObject({ status: 400, text: 'The message is not valid JSON\n' });
    expect(await post('{"a":1}')).toMatchObject({ status: 400 });
    expect(await post('[]')).toMatchObject({ status: 400 });
    const large = JSON.stringify({ jsonrpc: '2.0', method: 'x', params: { a: 'x'.repeat(maxBody) } });
    const refused = await post(large).catch((error: NodeJS.ErrnoException) => error);
    // the bridge answers before it has read everything, so that the client may also see the end of the connection
    expect([413, 'EPIPE', 'ECONNRESET']).toContain('status' in refused ? refused.status : refused.code);
    expect((await mcp.client.listTools()).tools).toHaveLength(1);
  });
});

describe('a bridge', () => {
  it('ends the oldest session on which nothing was sent for a new client that the server admits', async () => {
    await using small = await bridgeTo(dbhub, { maxSessions: 3 });
    await using used = await connectSse(small.url, { token });
    const headers = { authorization: `Bearer ${token}` };
    const opened = Array.from({ length: 2 }, () => fetch(`${small.url}/sse`, { headers }));
    const streams = (await Promise.all(opened)).flatMap(({ body }) => body?.getReader() ?? []);
    await Promise.all(streams.map((stream) => stream.read()));
    expect((await fetch(`${small.url}/sse`)).status).toBe(401);
    expect(small.sessions()).toBe(3);
    await using late = await connectSse(small.url, { token });
    expect((await late.client.listTools()).tools).toHaveLength(1);
    expect((await used.client.listTools()).tools).toHaveLength(1);
    expect(small.sessions()).toBe(3);
    expect(await Promise.race(streams.map((stream) => stream.read()))).toMatchObject({ done: true });
    await streams[1]?.cancel();
  });

  it('outlives its server, ends its sessions at once and answers what was open', async () => {
    const port = await freePort();
    const first = await startDbhub({ toml: toml(), port });
    await using outliving = await bridgeTo(first);
    await using mcp = await connectSse(outliving.url);
    const sleeping = mcp.call('execute_sql', { sql: 'SELECT pg_sleep(50)' });
    const answered = sleeping.then(
      () => 'a result',
      (error: Error) => error.message,
    );
    await expect
      .poll(() =>
        postgres.query(
          `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(50)%' AND pid <> pg_backend_pid()`,
        ),
      )
      .toHaveLength(1);
    await first.stop();
    expect(await answered).toContain('The MCP server closed the connection');
    await mcp.lost;
    expect(outliving.sessions()).toBe(0);
    expect((await ask(`${outliving.url}/healthz`)).status).toBe(503);
    expect((await ask(`${outliving.url}${livePath}`)).status).toBe(200);
    expect((await ask(`${outliving.url}/sse`)).status).toBe(502);

    await using _second = await startDbhub({ toml: toml(), port });
    expect((await ask(`${outliving.url}/healthz`)).status).toBe(200);
    await using again = await connectSse(outliving.url);
    expect((await again.client.listTools()).tools).toHaveLength(1);
  });

  it('never writes a token to its log', () => {
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.join('')).not.toContain(token);
  });
});
