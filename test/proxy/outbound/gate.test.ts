import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerTls } from '../../../lab/backends/backend.ts';
import { createAuthority } from '../../../lab/backends/certificates.ts';
import { issueServerTls } from '../../../lab/backends/server-tls.ts';
import { freePort, removeFolder, temporaryFolder } from '../../../lab/process/server-process.ts';
import { GateRoute, type GateRoute as Route } from '../../../src/contract/gate.ts';
import { createLog } from '../../../src/process/log.ts';
import { maxAnswer } from '../../../src/proxy/outbound/forward.ts';
import { type Gate, startGate } from '../../../src/proxy/outbound/server.ts';
import { sidecarMemory } from '../../../src/proxy/shared/memory.ts';
import { type Recorder, startRecorder } from '../../support/recorder.ts';

const lines: string[] = [];
const log = createLog({}, { write: (line) => void lines.push(line) });

const route = (at: { host: string; port: number }, fields: Partial<Route> = {}): Route => ({
  tls: false,
  host: at.host,
  port: at.port,
  basePath: '',
  headers: {},
  query: {},
  addresses: 'any',
  readOnly: false,
  timeout: 5,
  ...fields,
});

/** A gate with these routes, stopped at the end of the block. */
const gateOf = async (routes: Record<string, Route>, authorities = new Map<string, string>()) => {
  const gate = await startGate({
    listen: { host: '127.0.0.1', port: 0 },
    file: { routes },
    authorities,
    log,
  });
  return {
    url: `http://127.0.0.1:${gate.port}`,
    port: gate.port,
    [Symbol.asyncDispose]: () => gate.close(0),
  } satisfies { url: string } & Pick<Gate, 'port'> & AsyncDisposable;
};

const startGateWith = async (ranges: { never: string[] }, shop: Route) => {
  const file = { routes: { shop }, ranges };
  const gate = await startGate({ listen: { host: '127.0.0.1', port: 0 }, file, authorities: new Map(), log });
  return { port: gate.port, [Symbol.asyncDispose]: () => gate.close(0) };
};

describe('a request', () => {
  test('goes to the host of its route, with the credentials of the route and of nobody else', async () => {
    await using api = await startRecorder();
    await using gate = await gateOf({
      shop: route(api, { headers: { Authorization: 'Bearer s3cret' }, query: { key: 'a&b' } }),
    });
    const answer = await fetch(`${gate.url}/shop/v1/todos?key=forged&q=%26&q=2`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer forged',
        cookie: 'a=b',
        'x-own': '1',
        'content-type': 'application/json',
      },
      body: '{"a":1}',
    });
    expect(await answer.text()).toBe('{"ok":true}');
    const [seen] = api.requests;
    expect(seen).toMatchObject({ method: 'POST', url: '/v1/todos?key=a%26b&q=%26&q=2', body: '{"a":1}' });
    expect(seen?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      host: `127.0.0.1:${api.port}`,
      'x-own': '1',
      'accept-encoding': 'identity',
    });
    expect(seen?.headers).not.toHaveProperty('cookie');
  });

  test('to a Service that its tenant calls by a shorter name has that name in its Host', async () => {
    await using api = await startRecorder();
    await using gate = await gateOf({ shop: route(api, { name: 'shop' }) });
    await fetch(`${gate.url}/shop/x`);
    expect(api.requests[0]?.headers.host).toBe(`shop:${api.port}`);
  });

  test('goes nowhere where the platform excepts the address, whatever the scope', async () => {
    await using api = await startRecorder();
    await using gate = await startGateWith({ never: [`${api.host}/32`] }, route(api));
    expect((await fetch(`http://127.0.0.1:${gate.port}/shop/x`)).status).toBe(403);
    expect(api.requests).toStrictEqual([]);
  });

  test('keeps every byte of its path where the route has no key in the query', async () => {
    await using api = await startRecorder();
    await using gate = await gateOf({ shop: route(api) });
    await fetch(`${gate.url}/shop/a%20b/%C3%A9;v=1?x=%2F&y`);
    expect(api.requests[0]?.url).toBe('/a%20b/%C3%A9;v=1?x=%2F&y');
  });

  test.each([
    { path: '/other/x', status: 404 },
    { path: '/shop', status: 404 },
    { path: '/', status: 404 },
    { path: '/shop/v1/..%2fadmin', status: 400 },
    { path: '/shop/v1/%2e%2E/admin', status: 400 },
    { path: '/shop/v1/.%2e/admin', status: 400 },
    { path: '/shop/v1/a%2Fb', status: 400 },
    { path: '/shop/v1/a%5cb', status: 400 },
    { path: '/shop/v1//evil', status: 400 },
    { path: '/shop//evil.example/v1', status: 400 },
    { path: '/shop/v10/x', status: 400 },
    { path: '/shop/admin', status: 400 },
  ])('for $path is answered $status and goes nowhere', async ({ path, status }) => {
    await using api = await startRecorder();
    await using gate = await gateOf({ shop: route(api, { basePath: '/v1' }) });
    expect(await rawStatus(gate.port, `GET ${path} HTTP/1.1`)).toBe(status);
    expect(api.requests).toStrictEqual([]);
  });

  test('in the form for a proxy goes nowhere', async () => {
    await using api = await startRecorder();
    await using gate = await gateOf({ shop: route(api) });
    expect(await rawStatus(gate.port, `GET http://127.0.0.1:${api.port}/shop/x HTTP/1.1`)).toBe(404);
    expect(await rawStatus(gate.port, `CONNECT 127.0.0.1:${api.port} HTTP/1.1`)).toBeUndefined();
    expect(api.requests).toStrictEqual([]);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'that is %s is refused where the route may only be read',
    async (method) => {
      await using api = await startRecorder();
      await using gate = await gateOf({ shop: route(api, { readOnly: true }) });
      expect((await fetch(`${gate.url}/shop/x`, { method })).status).toBe(405);
      expect((await fetch(`${gate.url}/shop/x`)).status).toBe(200);
      expect(api.requests.map((request) => request.method)).toStrictEqual(['GET']);
    },
  );
});

describe('an answer', () => {
  test.each([301, 302, 303, 307, 308])('that is a redirect (%i) leads nowhere', async (status) => {
    await using elsewhere = await startRecorder();
    await using api = await startRecorder({
      answer: (_, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
    });
    await using gate = await gateOf({ shop: route(api, { headers: { 'X-API-Key': 'k' } }) });
    const answer = await fetch(`${gate.url}/shop/x`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toStrictEqual([status, null]);
    expect(elsewhere.requests).toStrictEqual([]);
  });

  test('brings its status, its type and its body, and nothing else', async () => {
    await using api = await startRecorder({
      answer: (_, response) =>
        response.writeHead(422, { 'content-type': 'text/plain', 'set-cookie': 'a=b' }).end('no'),
    });
    await using gate = await gateOf({ shop: route(api) });
    const answer = await fetch(`${gate.url}/shop/x`);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toStrictEqual([
      422,
      'text/plain',
      'no',
    ]);
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  test.each([
    { what: 'one byte too many', body: Buffer.alloc(maxAnswer + 1, 'x'), encoding: undefined, status: 502 },
    { what: 'as much as it may', body: Buffer.alloc(maxAnswer, 'x'), encoding: undefined, status: 200 },
    { what: 'an encoding that nobody asked for', body: Buffer.alloc(9, 'x'), encoding: 'gzip', status: 502 },
  ])('with $what is $status', async ({ body, encoding, status }) => {
    await using api = await startRecorder({
      answer: (_, response) =>
        response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding }).end(body),
    });
    await using gate = await gateOf({ shop: route(api) });
    expect((await fetch(`${gate.url}/shop/x`)).status).toBe(status);
  });

  test('waits for no room: what would be too much at a time is 503, and the next is served', async () => {
    // Both sides stop reading, so that nothing is given back.
    const body = Buffer.alloc(maxAnswer, 'x');
    await using api = await startRecorder({ answer: (_, response) => response.end(body) });
    await using gate = await gateOf({ shop: route(api) });
    const sockets = await Promise.all(
      Array.from({ length: Math.floor((sidecarMemory * 7) / 8 / maxAnswer) }, async () => {
        const socket = connect(gate.port, '127.0.0.1');
        socket.write('GET /shop/x HTTP/1.1\r\nhost: gate\r\n\r\n');
        await once(socket, 'readable');
        return socket;
      }),
    );
    expect((await fetch(`${gate.url}/shop/x`)).status).toBe(503);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await fetch(`${gate.url}/shop/x`)).status).toBe(200);
  });

  test.each([
    { what: 'no answer', answer: () => undefined },
    {
      what: 'half an answer',
      answer: (_: unknown, response: { write: (text: string) => void }) => response.write('{'),
    },
  ])('that is $what in time is 504', async ({ answer }) => {
    await using api = await startRecorder({ answer: answer as never });
    await using gate = await gateOf({ shop: route(api, { timeout: 1 }) });
    expect((await fetch(`${gate.url}/shop/x`)).status).toBe(504);
  });

  test.each([
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nabc',
    'SSH-2.0-OpenSSH_9.2p1\r\n',
    '',
  ])('that is %j and then nothing is 502', async (bytes) => {
    const api = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const { port } = api.address() as AddressInfo;
    await using gate = await gateOf({ shop: route({ host: '127.0.0.1', port }) });
    for (const method of ['GET', 'POST'])
      expect((await fetch(`${gate.url}/shop/x`, { method })).status).toBe(502);
    api.close();
  });

  test('of nobody is 502, and the log names no secret', async () => {
    await using gate = await gateOf({
      shop: route({ host: '127.0.0.1', port: await freePort() }, { query: { key: 's3cret-key' } }),
    });
    const answer = await fetch(`${gate.url}/shop/x`);
    expect([answer.status, await answer.text()]).toStrictEqual([502, '']);
    expect(lines.at(-1)).toContain('"code":"ECONNREFUSED"');
    expect(lines.join('')).not.toContain('s3cret');
  });

  test('comes once for what must not be done twice, though the API cuts connections that were kept', async () => {
    await using api = await startRecorder({
      answer: ({ method }, response) => {
        response.setHeader('keep-alive', 'timeout=60');
        response.end(method);
        setImmediate(() => response.socket?.destroy());
      },
    });
    await using gate = await gateOf({ shop: route(api) });
    for (const method of ['GET', 'POST', 'GET', 'GET', 'POST', 'GET'])
      expect(await (await fetch(`${gate.url}/shop/x`, { method })).text()).toBe(method);
    expect(api.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });
});

describe('an address', () => {
  test.each([
    { host: '127.0.0.1', addresses: 'public', status: 403 },
    { host: '127.0.0.1', addresses: 'inside', status: 403 },
    { host: '127.0.0.1', addresses: 'any', status: 200 },
    // a name, so that what it resolves to decides
    { host: 'localhost', addresses: 'public', status: 403 },
    { host: 'localhost', addresses: 'inside', status: 403 },
    { host: 'localhost', addresses: 'any', status: 200 },
  ] as const)('behind $host is $status for $addresses', async ({ host, addresses, status }) => {
    await using api = await startRecorder({ host });
    await using gate = await gateOf({ shop: route({ host, port: api.port }, { addresses }) });
    expect((await fetch(`${gate.url}/shop/x`)).status).toBe(status);
    expect(api.requests).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('over TLS', () => {
  let folder: string;
  let tls: ServerTls;
  let other: string;
  let api: Recorder;
  beforeAll(async () => {
    folder = await temporaryFolder('function-mcp-gate');
    tls = await issueServerTls(folder);
    other = (await createAuthority(`${folder}/other`, 'Another')).certificate;
    api = await startRecorder({
      tls: { key: await readFile(tls.key, 'utf8'), cert: await readFile(tls.certificate, 'utf8') },
    });
  });
  afterAll(async () => {
    await api?.[Symbol.asyncDispose]();
    if (folder) await removeFolder(folder);
  });

  test('each route trusts its own authority and no other', async () => {
    const authorities = new Map([
      ['right', await readFile(tls.authority, 'utf8')],
      ['wrong', await readFile(other, 'utf8')],
    ]);
    const named = { host: 'localhost', port: api.port };
    await using gate = await gateOf(
      {
        right: route(api, { tls: true, ca: 'right' }),
        named: route(named, { tls: true, ca: 'right' }),
        wrong: route(api, { tls: true, ca: 'wrong' }),
        system: route(api, { tls: true }),
      },
      authorities,
    );
    const statuses = await Promise.all(
      ['right', 'named', 'wrong', 'system'].map(
        async (name) => (await fetch(`${gate.url}/${name}/x`)).status,
      ),
    );
    expect(statuses).toStrictEqual([200, 200, 502, 502]);
    expect((await fetch(`${gate.url}/right/x`, { method: 'POST', body: '1' })).status).toBe(200);
    expect((await fetch(`${gate.url}/wrong/x`, { method: 'POST', body: '1' })).status).toBe(502);
  });
});

test('the file is refused where a route says less than it must', () => {
  const whole = route({ host: 'api.example.com', port: 443 });
  expect(GateRoute.safeParse(whole).success).toBe(true);
  for (const field of Object.keys(whole)) {
    const { [field as keyof Route]: _, ...rest } = whole;
    expect(GateRoute.safeParse(rest).success, field).toBe(false);
  }
});

/** The status of a raw request; undefined where the connection just ends. */
const rawStatus = (port: number, line: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`${line}\r\nhost: gate\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text === '' ? undefined : Number(text.split(' ')[1])));
  });
