import type { McpClient, ToolAnswer } from '../../lab/clients/mcp.ts';
import { table } from '../stage/screen.ts';
import { hold, type Note, shortened } from '../stage/story.ts';
import { ORDERS } from './database.ts';

interface Rows {
  data: { statements: { rows: Record<string, unknown>[]; count: number; truncated?: boolean }[] };
}

interface Refusal {
  error: string;
  code: string;
}

export async function listTools(client: McpClient, note: Note): Promise<void> {
  const tools = await client.listTools();
  note(table(tools.map(({ name, description }) => [name, shortened(description)])));
  hold(
    tools.some(({ name }) => name === 'execute_sql_shop'),
    'execute_sql_shop is listed',
  );
}

export async function readRows(client: McpClient, note: Note): Promise<void> {
  const sql =
    'SELECT city, count(*) AS orders, sum(total) AS total FROM orders JOIN customers ON customers.id = customer GROUP BY city ORDER BY city';
  const answer = await execute<Rows>(client, sql);
  hold(!answer.isError, `rows are read, not ${JSON.stringify(answer.content)}`);
  const rows = answer.content.data.statements[0]?.rows ?? [];
  note(`${sql}\n`);
  note(table([Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]));
  hold(rows.length === 4, 'there are orders of four cities');
}

export async function refuseWrite(client: McpClient, note: Note): Promise<void> {
  for (const sql of ["UPDATE customers SET city = 'Rome'", 'DROP TABLE orders']) {
    const answer = await execute<Refusal>(client, sql);
    hold(answer.isError && answer.content.code === 'READONLY_VIOLATION', `"${sql}" is refused`);
    note(`${sql}\n  → ${answer.content.code}: ${answer.content.error}`);
  }
}

export async function holdMaxRows(client: McpClient, maxRows: number, note: Note): Promise<void> {
  const sql = 'SELECT * FROM orders';
  const answer = await execute<Rows>(client, sql);
  const { rows = [], truncated = false } = answer.content.data.statements[0] ?? {};
  note(`${sql}\n  → ${rows.length} of ${ORDERS} rows, truncated: ${truncated}`);
  hold(rows.length === maxRows && truncated, `no more than ${maxRows} rows come back`);
}

function execute<T>(client: McpClient, sql: string): Promise<ToolAnswer<T>> {
  return client.callTool<T>('execute_sql_shop', { sql });
}
