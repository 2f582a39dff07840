import type { McpClient } from '../../lab/clients/mcp.ts';
import { table } from '../stage/screen.ts';
import { hold, type Note, shortened } from '../stage/story.ts';

interface Answer {
  hits: { hits: { _source: Record<string, unknown> }[] };
  aggregations: { groups: { buckets: { key: string; doc_count: number }[] } };
}

export async function listTools(client: McpClient, note: Note): Promise<void> {
  const tools = await client.listTools();
  note(table(tools.map(({ name, description }) => [name, shortened(description)])));
  hold(
    tools.some(({ name }) => name === 'search_catalogue'),
    'search_catalogue is listed',
  );
}

export async function listIndices(client: McpClient, note: Note): Promise<void> {
  const { content } = await client.callTool<{ indices: { name: string }[] }>('list_indices_catalogue');
  const names = content.indices.map(({ name }) => name);
  note(`list_indices_catalogue\n  → ${names.join(', ')}`);
  hold(names.join() === 'products,searches-2026.03', 'exactly the listed indexes are there');
}

export async function searchProducts(client: McpClient, note: Note): Promise<void> {
  const question = {
    index: 'products',
    query: 'name:chair AND price:<200',
    sort_by: 'price',
    order: 'asc',
    group_by: 'room.keyword',
  };
  const { isError, content } = await client.callTool<Answer>('search_catalogue', question);
  hold(!isError, `products are found, not ${JSON.stringify(content)}`);
  note(`search_catalogue ${JSON.stringify(question)}\n`);
  const found = content.hits.hits.map(({ _source }) => _source);
  const columns = ['name', 'room', 'price'];
  note(table([columns, ...found.map((product) => columns.map((column) => product[column]))]));
  const rooms = content.aggregations.groups.buckets.map(({ key, doc_count }) => `${key} ${doc_count}`);
  note(`by room: ${rooms.join(', ')}`);
  hold(found.length === 2, 'two chairs cost less than 200');
}

export async function refuseOthers(client: McpClient, note: Note): Promise<void> {
  for (const index of ['salaries', 'products,salaries', '_all', '<salaries>', 'products/../salaries']) {
    const { isError, content } = await client.callTool<string>('search_catalogue', { index });
    hold(isError && content.includes('not an allowed value'), `"${index}" is refused`);
    note(`${index}\n  → ${content}`);
  }
}
