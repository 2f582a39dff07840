import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerTls } from '../../lab/backends/backend.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { startTodoApi, type TodoApi, type TodoAuth } from '../../lab/backends/todo.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';

const json = (body: unknown, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('the API of to-dos', () => {
  let api: TodoApi;
  beforeAll(async () => {
    api = await startTodoApi();
  });
  afterAll(() => api?.stop());

  test('starts empty, and keeps what it is given', async () => {
    expect(await (await fetch(`${api.url}/todos`)).json()).toStrictEqual([]);
    const created = await fetch(`${api.url}/todos`, json({ title: 'water the plants' }));
    expect(await created.json()).toStrictEqual({ id: 1, title: 'water the plants' });
    expect(await (await fetch(`${api.url}/todos/count`)).json()).toStrictEqual({ count: 1 });
  });

  test('refuses what is not valid, and does not find what is not there', async () => {
    expect((await fetch(`${api.url}/todos`, json({ title: 7 }))).status).toBe(422);
    expect((await fetch(`${api.url}/todos/99`)).status).toBe(404);
  });

  test('answers a change without a body', async () => {
    expect((await fetch(`${api.url}/todos/1`, json({ title: 'done' }, 'PATCH'))).status).toBe(204);
  });

  test('describes itself', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ openapi: '3.0.0', servers: [{ url: api.url }] });
  });
});

const methods: { auth: TodoAuth; good: RequestInit & { query?: string } }[] = [
  { auth: { method: 'bearer', secret: 't' }, good: { headers: { authorization: 'Bearer t' } } },
  { auth: { method: 'basic', secret: 'u:p' }, good: { headers: { authorization: `Basic ${btoa('u:p')}` } } },
  { auth: { method: 'header', name: 'X-API-Key', secret: 'k' }, good: { headers: { 'x-api-key': 'k' } } },
  { auth: { method: 'query', name: 'key', secret: 'a&b' }, good: { query: '?key=a%26b' } },
];

test.each(methods)('accepts a client that presents its $auth.method credentials', async ({ auth, good }) => {
  await using api = await startTodoApi({ auth });
  expect((await fetch(`${api.url}/todos${good.query ?? ''}`, good)).status).toBe(200);
  expect((await fetch(`${api.url}/todos`)).status).toBe(401);
});

test('lets a reader read', async () => {
  await using api = await startTodoApi({ auth: { method: 'bearer', secret: 'w', readOnlySecret: 'r' } });
  const as = { authorization: 'Bearer r' };
  expect((await fetch(`${api.url}/todos`, { headers: as })).status).toBe(200);
  expect((await fetch(`${api.url}/todos`, { method: 'DELETE', headers: as })).status).toBe(403);
});

describe('over TLS', () => {
  let folder: string;
  let tls: ServerTls;
  beforeAll(async () => {
    folder = await temporaryFolder('function-mcp-todo-tls');
    tls = await issueServerTls(folder);
  });
  afterAll(() => removeFolder(folder));

  test('serves with the certificate that it is given', async () => {
    await using api = await startTodoApi({ tls });
    const ca = await readFile(tls.authority);
    const status = await new Promise((resolve, reject) => {
      request(`${api.url}/todos`, { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
