import { programs } from '../../lab/programs.ts';
import { encode } from '../../src/plan/encoding.ts';
import { api as type } from '../../src/servers/api/api.ts';
import { type Story, since } from '../stage/story.ts';
import { toolsExcerpt } from '../stage/tools-excerpt.ts';
import { listTools, readTodos, refuseTraversal, refuseWrite } from './client.ts';
import { startTodos, TODOS } from './todos.ts';

/** An HTTP API that MCP Toolbox reads. */
export const api: Story = {
  type,
  titles: { backend: 'a real HTTP API', server: 'a real MCP Toolbox 1.12.0' },
  programs: [programs.todo, programs.toolbox],
  resource: 'todos',
  async start({ token = '' }, note) {
    const started = performance.now();
    const todos = await startTodos(token);
    note(`the to-do API of LoopBack on ${todos.host}:${todos.port}, ready in ${since(started)}`);
    note(`${TODOS.length} to-dos, which requires an X-API-Key with quotes, "$" and braces in it`);
    return {
      spec: { baseUrl: todos.url },
      changed: `is at ${todos.url}`,
      stop: () => todos.stop(),
      [Symbol.asyncDispose]: () => todos.stop(),
    };
  },
  excerpt: toolsExcerpt('todos', 'get_todo-todos'),
  secret: ({ token = '' }) => ({
    text: token,
    rendered: encode(token, 'header') ?? '',
    as: 'escaped for JSON',
  }),
  async ask(client, note) {
    await listTools(client, note);
    note('');
    await readTodos(client, note);
    note('\nWrites have no tool, and the API has received none:');
    await refuseWrite(client, note);
    note('\nValues cannot change the request:');
    await refuseTraversal(client, note);
  },
  verdicts: {
    elsewhere: { weather: 'DNSFailed' },
    wrong: { purpose: 'AUTHORIZATION', value: 'wrong', reason: 'AuthFailed' },
  },
};
