import mysql from 'mysql2/promise';
import pg from 'pg';
import { connectMcp, type McpClient } from '../../../lab/clients/mcp.ts';

/**
 * A client in the cluster, run by `kubectl exec`; prints JSON.
 *   tools URL                          names of the tools
 *   call URL TOOL ARGUMENTS            what the tool answers
 *   loop URL TOOL ARGUMENTS            calls until standard input ends, then {calls, failures: [...], slowestMs}
 *   sql TYPE HOST USER PASSWORD DATABASE STATEMENT
 *   fetch URL [TOKEN]                  {status, body}
 * A tool ending in * stands for the first whose name begins so. Without arguments it stays, to be run into.
 */
const [verb, ...args] = process.argv.slice(2);

const toolNamed = async (client: McpClient, wanted: string): Promise<string> => {
  if (!wanted.endsWith('*')) return wanted;
  const names = (await client.listTools()).map(({ name }) => name);
  const found = names.find((name) => name.startsWith(wanted.slice(0, -1)));
  if (!found) throw new Error(`no tool ${wanted} among ${names.join(', ')}`);
  return found;
};

const once = async (url: string, tool: string, given: string, host?: string) => {
  await using client = await connectMcp(url, { ...options, ...(host && { host }) });
  return await client.callTool<Record<string, unknown>>(await toolNamed(client, tool), JSON.parse(given));
};

const token = process.env['MCP_TOKEN'];
const options = token ? { token } : {};

/**
 * Calls until it is told to stop, by a connection that it keeps as long as the server lets it: as the clients of
 * agents do, which connect once and not for each call.
 */
const loop = async (url: string, tool: string, given: string) => {
  const { host } = new URL(url);
  const failures: string[] = [];
  let calls = 0;
  let slowestMs = 0;
  let over = false;
  process.stdin.on('end', () => {
    over = true;
  });
  process.stdin.resume();
  console.log('{"started":true}');
  while (!over) {
    const began = performance.now();
    try {
      const { isError, content } = await once(url, tool, given, host);
      if (isError) throw new Error(JSON.stringify(content));
    } catch (error) {
      failures.push(`${new Date().toISOString()} ${explain(error)}`);
    }
    calls++;
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - began));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { calls, failures, slowestMs };
};

const explain = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause ? `: ${explain(error.cause)}` : ''}`
    : String(error);

const sql = async (
  type: string,
  host: string,
  user: string,
  password: string,
  database: string,
  text: string,
) => {
  if (type === 'postgres') {
    const client = new pg.Client({ host, user, password, database, ssl: { rejectUnauthorized: false } });
    await client.connect();
    const results = await client.query(text);
    await client.end();
    return Array.isArray(results) ? results.at(-1).rows : results.rows;
  }
  const client = await mysql.createConnection({ host, user, password, database });
  const [rows] = await client.query(text);
  await client.end();
  return rows;
};

const verbs: Record<string, (...args: string[]) => Promise<unknown>> = {
  call: (url = '', tool = '', given = '{}') => once(url, tool, given),
  loop: (url = '', tool = '', given = '{}') => loop(url, tool, given),
  tools: async (url = '') => {
    await using client = await connectMcp(url, options);
    return (await client.listTools()).map(({ name }) => name).sort();
  },
  sql: (type = '', host = '', user = '', password = '', database = '', text = '') =>
    sql(type, host, user, password, database, text),
  fetch: async (url = '', bearer = '') => {
    const headers: Record<string, string> = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const response = await fetch(url, { headers });
    return { status: response.status, body: await response.text() };
  },
};

if (verb === undefined) {
  process.once('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 1 << 30);
} else {
  try {
    const run = verbs[verb];
    if (!run) throw new Error(`unknown: ${verb}`);
    console.log(JSON.stringify(await run(...args)));
    process.exit(0);
  } catch (error) {
    console.log(JSON.stringify({ error: explain(error) }));
    process.exit(1);
  }
}
