import type { McpClient, ToolAnswer } from '../../lab/clients/mcp.ts';

/** What DBHub answers to `execute_sql`. */
export interface SqlAnswer {
  success: boolean;
  error?: string;
  code?: string;
  data?: { statements: { rows: Record<string, unknown>[]; count: number; truncated?: boolean }[] };
}

/** Runs SQL on one of several Databases of an Instance. */
export const ask = (client: McpClient, database: string, sql: string): Promise<ToolAnswer<SqlAnswer>> =>
  client.callTool<SqlAnswer>(`execute_sql_${database.replaceAll('-', '_')}`, { sql });

/** The rows of a single statement; the whole answer where there are none. */
export const rowsOf = ({ content }: ToolAnswer<SqlAnswer>): unknown =>
  content.data?.statements[0]?.rows ?? content;
