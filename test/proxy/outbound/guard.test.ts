import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../../lab/process/server-process.ts';
import { livePath } from '../../../src/contract/sidecar.ts';
import { createLog } from '../../../src/process/log.ts';
import { type Guard, startGuard } from '../../../src/proxy/inbound/guard.ts';
import { startRecorder } from '../../support/recorder.ts';

const guards: Guard[] = [];
afterEach(async () => {
  for (const guard of guards.splice(0)) await guard.close(0);
});

const guardOf = async (port: number): Promise<string> => {
  const guard = await startGuard({
    listen: { host: '127.0.0.1', port: 0 },
    server: new URL(`http://127.0.0.1:${port}`),
    healthPath: '/healthz',
    token: 's3same-7c1f',
    log: createLog(),
  });
  guards.push(guard);
  return `http://127.0.0.1:${guard.port}`;
};
const bearer = { authorization: 'Bearer s3same-7c1f' };

describe('who gets in', () => {
  test.each([
    ['with the token', bearer, 200],
    ['with the word in another case', { authorization: 'bearer s3same-7c1f' }, 200],
    ['without one', {}, 401],
    ['with an empty one', { authorization: 'Bearer ' }, 401],
    ['with another', { authorization: 'Bearer s3same-7c1e' }, 401],
    ['with the beginning of it', { authorization: 'Bearer s3same' }, 401],
    ['with more than it', { authorization: 'Bearer s3same-7c1f s3same-7c1f' }, 401],
    ['by another method', { authorization: 'Basic s3same-7c1f' }, 401],
    ['with the bare token', { authorization: 's3same-7c1f' }, 401],
    ['with a cookie', { cookie: 'authorization=Bearer s3same-7c1f' }, 401],
  ])('%s: %j: %i', async (_title, headers, status) => {
    await using server = await startRecorder();
    const origin = await guardOf(server.port);
    const answer = await fetch(`${origin}/mcp`, { method: 'POST', body: '{}', headers });
    expect(answer.status).toBe(status);
    expect(server.requests).toHaveLength(status === 200 ? 1 : 0);
    if (status === 401) {
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="mcp"/);
      expect(await answer.text()).toBe('A bearer token is required\n');
    }
  });

  test('the health page is asked for once for all who wait for it', async () => {
    const waiting: ServerResponse[] = [];
    await using server = await startRecorder({
      answer: (_, response) => (waiting.length === 0 ? waiting.push(response) : response.end('good')),
    });
    const origin = await guardOf(server.port);
    const answers = Array.from({ length: 16 }, () => fetch(`${origin}/healthz`));
    await expect.poll(() => waiting).toHaveLength(1);
    waiting[0]?.end('good');
    for (const answer of await Promise.all(answers)) expect(await answer.text()).toBe('good');
    // some may have arrived after the first answer
    expect(server.requests.length).toBeLessThan(4);
  });

  test('idle event streams give way, and calls do not', async () => {
    const calls: ServerResponse[] = [];
    const streams = { opened: 0 };
    await using server = await startRecorder({
      answer({ method, url }, response) {
        if (url === '/mcp/slow') return void calls.push(response);
        if (method !== 'GET') return void response.end('good');
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        streams.opened++;
      },
    });
    const origin = await guardOf(server.port);
    const agent = new Agent({ maxSockets: Infinity });
    const open = (method: string, path: string) =>
      request(`${origin}${path}`, { method, headers: bearer, agent })
        .on('error', () => undefined)
        .end();
    const slow = once(open('POST', '/mcp/slow'), 'response') as Promise<[IncomingMessage]>;
    await expect.poll(() => calls).toHaveLength(1);
    for (let index = 0; index < 600; index++) open('GET', '/mcp');
    await expect.poll(() => streams.opened, { timeout: 20_000 }).toBe(600);
    const answer = await fetch(`${origin}/mcp`, { method: 'POST', body: '{}', headers: bearer });
    expect([answer.status, await answer.text()]).toStrictEqual([200, 'good']);
    calls[0]?.end('late');
    const [late] = await slow;
    expect([late.statusCode, await text(late)]).toStrictEqual([200, 'late']);
    agent.destroy();
  });

  test('the health pages alone need none, and nothing that only looks like them', async () => {
    await using server = await startRecorder();
    const origin = await guardOf(server.port);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}${livePath}`)).status).toBe(200);
    for (const path of [
      `${livePath}?x`,
      `${livePath}/`,
      '/healthz?x',
      '/healthz/',
      '/healthz/../mcp',
      '//healthz',
      '/mcp/healthz',
      '/HEALTHZ',
      '/%68ealthz',
    ]) {
      const [answer] = (await once(get(`${origin}/x`, { path }), 'response')) as [IncomingMessage];
      expect({ path, status: answer.resume().statusCode }).toStrictEqual({ path, status: 401 });
    }
    for (const path of ['/healthz', livePath])
      expect((await fetch(`${origin}${path}`, { method: 'POST' })).status).toBe(401);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toStrictEqual(['GET /healthz']);
  });
});

describe('what is passed on to the server', () => {
  test('is the request as it came, except for the token', async () => {
    await using server = await startRecorder();
    const origin = await guardOf(server.port);
    const headers = { ...bearer, host: 'sales.tas-acme.svc:8080', 'mcp-session-id': 'x', accept: 'a, b' };
    const outgoing = request(`${origin}/mcp/shop?a=%2F`, { method: 'POST', headers });
    outgoing.end('{"jsonrpc":"2.0"}');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(200);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: '/mcp/shop?a=%2F',
        headers: { host: 'sales.tas-acme.svc:8080', 'mcp-session-id': 'x', accept: 'a, b' },
        body: '{"jsonrpc":"2.0"}',
      },
    ]);
    expect(JSON.stringify(server.requests)).not.toContain('s3same');
  });

  test('is answered as the server does: its status, its headers, and each piece as it comes', async () => {
    const later = Promise.withResolvers<void>();
    await using server = await startRecorder({
      answer: (_, response) => {
        response.writeHead(202, { 'content-type': 'text/event-stream', 'mcp-session-id': 'y' });
        response.write('data: 1\n\n');
        void later.promise.then(() => response.end('data: 2\n\n'));
      },
    });
    const origin = await guardOf(server.port);
    const answer = await fetch(`${origin}/mcp/sse`, { headers: bearer });
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('mcp-session-id'),
    ]).toStrictEqual([202, 'text/event-stream', 'y']);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: 1\n\n');
    later.resolve();
    expect((await reader?.read())?.value).toBe('data: 2\n\n');
  });

  test('is broken off when the client goes', async () => {
    const gone = Promise.withResolvers<void>();
    await using server = await startRecorder({
      answer: (_, response) => {
        response.once('close', () => gone.resolve());
        response.write('data: 1\n\n');
      },
    });
    const origin = await guardOf(server.port);
    const client = new AbortController();
    const answer = await fetch(`${origin}/mcp/sse`, { headers: bearer, signal: client.signal });
    expect(answer.status).toBe(200);
    client.abort();
    await gone.promise;
  });

  test('is a 502 where the server does not answer, for the kubelet too', async () => {
    const origin = await guardOf(await freePort());
    expect((await fetch(`${origin}/mcp`, { headers: bearer })).status).toBe(502);
    expect((await fetch(`${origin}/healthz`)).status).toBe(502);
  });
});
