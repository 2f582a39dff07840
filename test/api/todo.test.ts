import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTodoApi, type TodoApi } from '../../lab/backends/todo.ts';
import { connectMcp, type McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { type Applied, tenantOf, todoOperations } from './tenant.ts';

let todos: TodoApi;
let document: string;
beforeAll(async () => {
  todos = await startTodoApi();
  document = await (await fetch(`${todos.url}/openapi.json`)).text();
  for (const title of ['water the plants', 'feed the cat']) {
    await fetch(`${todos.url}/todos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    });
  }
});
afterAll(() => todos?.stop());

const statusOf = ({ reconciled }: ServedInstance): JsonObject | undefined => {
  const status = reconciled.response.desired?.composite?.resource?.['status'] as JsonObject;
  return (status['resources'] as JsonObject[])[0];
};

const namesOf = async (client: McpClient) => (await client.listTools()).map(({ name }) => name).sort();

/** What the API does not take. */
const misdeclared = {
  name: 'number_todo',
  method: 'POST',
  path: '/todos',
  parameters: [{ name: 'title', in: 'body', type: 'integer', required: true }],
};

describe('operations in the spec', () => {
  let served: ServedInstance;
  let client: McpClient;
  beforeAll(async () => {
    served = await serveInstance(
      tenantOf({
        endpoints: {
          todos: { baseUrl: todos.url, operations: [...todoOperations, misdeclared], description: 'To-dos' },
        },
        instance: { defaultPolicy: { readOnly: false } },
      }),
    );
    client = await served.connect();
  });
  afterAll(() => served?.stop());

  test('become tools, with the types of what callers give', async () => {
    expect(await namesOf(client)).toStrictEqual([
      'count_todos-todos',
      'create_todo-todos',
      'get_todo-todos',
      'list_todos-todos',
      'number_todo-todos',
      'rename_todo-todos',
    ]);
    const tools = await client.listTools();
    expect(tools.find(({ name }) => name === 'get_todo-todos')).toMatchObject({
      inputSchema: {
        properties: { id: { type: 'integer', description: 'Its number.' } },
        required: ['id'],
      },
      annotations: { readOnlyHint: true, destructiveHint: false },
    });
    expect(tools.find(({ name }) => name === 'create_todo-todos')).toMatchObject({
      inputSchema: {
        properties: { title: { type: 'string' }, isComplete: { type: 'boolean' } },
        required: ['title'],
      },
      annotations: { readOnlyHint: false, destructiveHint: true },
    });
    expect(statusOf(served)).toMatchObject({ operations: 6, readOnly: false });
    expect(statusOf(served)).not.toHaveProperty('leftOut');
  });

  test('are served by themselves under the name of their Resource', async () => {
    const status = served.reconciled.response.desired?.composite?.resource?.['status'] as JsonObject;
    const { host } = new URL(status['endpoint'] as string);
    await using own = await connectMcp(`${served.url}/todos`, { host });
    expect(await namesOf(own)).toStrictEqual(await namesOf(client));
  });

  test('list, get and count', async () => {
    const listed = await client.callTool('list_todos-todos');
    expect(listed.parts).toMatchObject([{ title: 'water the plants' }, { title: 'feed the cat' }]);
    expect((await client.callTool('get_todo-todos', { id: 2 })).content).toMatchObject({ id: 2 });
    expect((await client.callTool('count_todos-todos')).content).toMatchObject({ count: 2 });
  });

  test('create and change, with what is given and nothing else', async () => {
    const created = await client.callTool<{ id: number }>('create_todo-todos', { title: 'a "b" {c}' });
    expect(created.content).toStrictEqual({ id: expect.any(Number) as number, title: 'a "b" {c}' });
    const { id } = created.content;
    const renamed = await client.callTool('rename_todo-todos', { id, title: 'é\n' });
    expect(renamed, 'a 204 has no content').toMatchObject({ isError: false, content: '' });
    expect((await client.callTool('get_todo-todos', { id })).content).toMatchObject({ title: 'é\n' });
    await fetch(`${todos.url}/todos/${id}`, { method: 'DELETE' });
  });

  test.each([
    { tool: 'get_todo-todos', args: { id: 99 }, says: '404 (Not Found)' },
    { tool: 'number_todo-todos', args: { title: 7 }, says: '422 (Unprocessable Entity)' },
    { tool: 'create_todo-todos', args: { title: 7 }, says: 'not type \\"string\\"' },
    { tool: 'get_todo-todos', args: { id: 'one' }, says: 'not type \\"integer\\"' },
    { tool: 'get_todo-todos', args: {}, says: '\\"id\\" is required' },
  ])('$tool with $args says $says', async ({ tool, args, says }) => {
    const answer = await client.callTool(tool, args);
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer.content)).toContain(says);
  });
});

describe("the API's own document", () => {
  const serve = (fields: JsonObject, instance: JsonObject = {}) =>
    serveInstance(
      tenantOf({
        endpoints: {
          'my-todos': { baseUrl: todos.url, openapi: { configMap: 'todos' }, ...fields },
        },
        configMaps: { todos: { 'openapi.json': document } },
        instance,
      }),
    );

  test('is served for reading, unless the Instance says otherwise', async () => {
    await using served = await serve({});
    const client = await served.connect();
    expect(await namesOf(client)).toStrictEqual([
      'TodoController_count-my_todos',
      'TodoController_find-my_todos',
      'TodoController_findById-my_todos',
    ]);
    const found = await client.callTool('TodoController_find-my_todos', { filter: '{"limit":1}' });
    expect(found.parts).toMatchObject([{ title: 'water the plants' }]);
    expect((await client.callTool('TodoController_findById-my_todos', { id: 2 })).content).toMatchObject({
      title: 'feed the cat',
    });
    expect(statusOf(served)).toMatchObject({ operations: 3, readOnly: true });
  });

  test('is served in full where that is allowed, whatever types its fields have', async () => {
    await using served = await serve({}, { defaultPolicy: { readOnly: false } });
    const client = await served.connect();
    expect(await namesOf(client)).toHaveLength(8);
    // One of its fields may be anything.
    const created = await client.callTool<{ id: number }>('TodoController_create-my_todos', {
      body: { title: 'once', isComplete: false },
    });
    expect(created.content).toMatchObject({ title: 'once', isComplete: false });
    const { id } = created.content;
    const put = { id, body: { id, title: 'twice' } };
    expect(await client.callTool('TodoController_replaceById-my_todos', put)).toMatchObject({
      isError: false,
    });
    expect((await client.callTool('TodoController_findById-my_todos', { id })).content).toStrictEqual({
      id,
      title: 'twice',
    });
    expect(await client.callTool('TodoController_deleteById-my_todos', { id })).toMatchObject({
      isError: false,
    });
    const gone = await client.callTool('TodoController_findById-my_todos', { id });
    expect(JSON.stringify(gone.content)).toContain('404 (Not Found)');
    expect(statusOf(served)).toMatchObject({ operations: 8 });
    expect(statusOf(served)).not.toHaveProperty('leftOut');
  });

  test.each([
    { what: 'its own wish', fields: { readOnly: true }, policy: { readOnly: false }, tools: 3 },
    { what: 'its Instance', fields: { readOnly: false }, policy: {}, tools: 3 },
  ])('is served for reading by $what', async ({ fields, policy, tools }) => {
    await using served = await serve(fields, { defaultPolicy: policy });
    expect(await namesOf(await served.connect())).toHaveLength(tools);
  });

  test('is served as far as allow and deny say, and as many operations as the Instance', async () => {
    await using served = await serve(
      { allow: ['GET /todos*', '*.create', 'TodoController.deleteById'], deny: ['* /todos/count', '*ById'] },
      { defaultPolicy: { readOnly: false, maxOperations: 1 } },
    );
    expect(await namesOf(await served.connect())).toStrictEqual(['TodoController_find-my_todos']);
    expect(statusOf(served)).toMatchObject({
      operations: 1,
      leftOut: expect.stringContaining(
        'TodoController.create: the Instance serves at most 1 operations of an API',
      ) as string,
    });
  });
});

describe('an API that is not well', () => {
  const good: JsonObject = { operations: todoOperations };
  const cases: { what: string; reason: string; bad: JsonObject; more?: Partial<Applied> }[] = [
    { what: 'is down', reason: 'NotChecked', bad: { ...good, baseUrl: 'http://127.0.0.1:9' } },
    {
      what: 'has no document',
      reason: 'DocumentNotFound',
      bad: { baseUrl: 'http://127.0.0.1:9', openapi: { configMap: 'none' } },
    },
    {
      what: 'has an invalid document',
      reason: 'DocumentInvalid',
      bad: { baseUrl: 'http://127.0.0.1:9', openapi: { configMap: 'bad' } },
      more: { configMaps: { bad: { 'openapi.json': '{"swagger": "2.0", "paths": {}}' } } },
    },
    {
      what: 'has no credentials',
      reason: 'SecretNotFound',
      bad: { ...good, baseUrl: 'http://127.0.0.1:9', credentialsRef: { name: 'none' } },
    },
    {
      what: 'has credentials that cannot be sent',
      reason: 'CredentialsUnsupported',
      bad: { ...good, baseUrl: 'http://127.0.0.1:9', credentialsRef: { name: 'odd' } },
      more: { secrets: { odd: { token: 'a\r\nHost: evil' } } },
    },
    {
      what: 'has a pattern that RE2 does not know',
      reason: 'Unsupported',
      bad: {
        baseUrl: 'http://127.0.0.1:9',
        operations: [{ name: 'a', path: '/a', parameters: [{ name: 'q', in: 'query', pattern: '(?=a)' }] }],
      },
    },
    { what: 'is described wrongly', reason: 'InvalidSpec', bad: { ...good, baseUrl: 'http://127.1' } },
  ];

  test.each(cases)('because it $what leaves the others served', async ({ reason, bad, more = {} }) => {
    await using served = await serveInstance(
      tenantOf({ endpoints: { aaa: bad, todos: { ...good, baseUrl: todos.url } }, ...more }),
    );
    const client = await served.connect();
    expect((await client.callTool('count_todos-todos')).content).toMatchObject({ count: 2 });
    expect(statusOf(served)).toMatchObject({ name: 'aaa', reason });
    const tools = await namesOf(client);
    expect(tools.filter((name) => name.endsWith('-aaa'))).toHaveLength(reason === 'NotChecked' ? 3 : 0);
    if (reason !== 'NotChecked') return;
    const down = await client.callTool('count_todos-aaa');
    expect(down).toMatchObject({ isError: true });
    expect(JSON.stringify(down.content)).toContain('502 (Bad Gateway)');
  });
});
