import type { McpClient } from '../../lab/clients/mcp.ts';
import { table } from '../stage/screen.ts';
import { hold, type Note, shortened } from '../stage/story.ts';
import { TODOS } from './todos.ts';

export async function listTools(client: McpClient, note: Note): Promise<void> {
  const tools = await client.listTools();
  note(table(tools.map(({ name, description }) => [name, shortened(description?.split('\n')[0])])));
  hold(
    tools.every(({ annotations }) => annotations?.readOnlyHint === true),
    'every tool is marked read-only',
  );
}

export async function readTodos(client: McpClient, note: Note): Promise<void> {
  const listed = await client.callTool('list_todos-todos');
  const todos = listed.parts as { id: number; title: string }[];
  hold(
    !listed.isError && todos.length === TODOS.length,
    `to-dos are listed, not ${JSON.stringify(listed.parts)}`,
  );
  note('list_todos-todos\n');
  note(table([['id', 'title'], ...todos.map(({ id, title }) => [String(id), title])]));
  const got = await client.callTool<{ title: string }>('get_todo-todos', { id: 2 });
  hold(got.content.title === TODOS[1], 'the second one is the second');
  note(`\nget_todo-todos {"id": 2}\n  → ${JSON.stringify(got.content)}`);
}

export async function refuseWrite(client: McpClient, note: Note): Promise<void> {
  const tool = 'create_todo-todos';
  const said = await client.callTool(tool, { title: 'x' }).then(
    ({ isError, content }) => (isError ? String(content) : undefined),
    (error: Error) => error.message,
  );
  hold(said !== undefined, `${tool} is refused`);
  note(`${tool} {"title": "x"}\n  → ${shortened(said)}`);
  const { parts } = await client.callTool('list_todos-todos');
  hold(parts.length === TODOS.length, 'there are as many to-dos as before');
}

export async function refuseTraversal(client: McpClient, note: Note): Promise<void> {
  for (const id of ['../openapi.json', '1?filter=x']) {
    const { isError, content } = await client.callTool('get_todo-todos', { id });
    hold(isError, `${id} is refused`);
    note(`get_todo-todos ${JSON.stringify({ id })}\n  → ${shortened(String(content))}`);
  }
}
