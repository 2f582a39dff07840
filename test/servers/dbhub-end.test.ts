import { writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { type Dbhub, startDbhub } from '../../lab/servers/dbhub.ts';
import { lastRequests, lastRequestsFile } from '../../src/servers/dbhub/last-requests.ts';

let postgres: Backend;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await temporaryFolder('function-mcp-last-requests');
  await writeFile(join(folder, lastRequestsFile), lastRequests);
});

afterAll(async () => {
  await postgres.stop();
  await removeFolder(folder);
});

/** DBHub as its container starts it, but with a shorter time to serve on. */
const start = (seconds: number): Promise<Dbhub> => {
  const { user, password } = postgres.superuser;
  const dsn = `postgres://${user}:${password}@${postgres.host}:${postgres.port}/postgres`;
  return startDbhub({
    toml: `[[sources]]\nid = "shop"\ndsn = "${dsn}"\n`,
    env: {
      NODE_OPTIONS: `--import=${join(folder, lastRequestsFile)}`,
      LAST_REQUESTS_SECONDS: String(seconds),
    },
  });
};

/** Runs SQL through the MCP endpoint; resolves with the headers and the whole text of the answer. */
const execute = async ({ url }: Dbhub, sql: string, agent: Agent) => {
  const params = { name: 'execute_sql', arguments: { sql } };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    request(url, { method: 'POST', agent, headers }, resolve)
      .once('error', reject)
      .end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  });
  return { status: answer.statusCode, connection: answer.headers.connection, body: await text(answer) };
};

const running = async (sql: string) => {
  const active = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%${sql}%' AND pid <> pg_backend_pid()`;
  await until(sql, async () => (await postgres.query(active)).length > 0, { everyMs: 20 });
};

test('told to end, DBHub answers what is in progress and what still comes, and ends without help', async () => {
  await using dbhub = await start(1);
  const agent = new Agent({ keepAlive: true });
  const before = await execute(dbhub, 'SELECT 41 + 1 AS answer', agent);
  expect(before).toMatchObject({ status: 200, connection: 'keep-alive' });

  const slow = execute(dbhub, 'SELECT pg_sleep(2), 43 AS answer', agent);
  await running('pg_sleep');
  const ended = dbhub.terminate();

  // on the connection that is kept: served, and before long asked to connect again
  const asked = await until('an answer that asks to connect again', async () => {
    const after = await execute(dbhub, 'SELECT 43 + 1 AS answer', agent);
    expect(after.status).toBe(200);
    return after.connection === 'close' && after;
  });
  expect(asked.body).toContain('44');

  // longer than it serves on
  const last = await slow;
  expect(last.status).toBe(200);
  expect(last.body).toContain('43');
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('a client that keeps its connection and calls all the time loses no call', async () => {
  await using old = await start(1);
  await using successor = await start(1);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // as a Service: who connects gets to a pod that stays, a connection stays where it is
  let leadsTo = old;
  agent.createConnection = () => connect(Number(new URL(leadsTo.url).port), '127.0.0.1');
  const answers: { status: number | undefined; connection: string | undefined }[] = [];
  let over = false;
  const calling = (async () => {
    while (!over) answers.push(await execute(old, 'SELECT 1', agent));
  })();
  await until('some calls', () => answers.length > 10, { everyMs: 5 });
  const ended = old.terminate();
  leadsTo = successor;
  expect(await ended).toEqual({ code: 0, signal: null });
  const known = answers.length;
  await until('more calls', () => answers.length > known + 10, { everyMs: 5 });
  over = true;
  await calling;
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(answers.filter(({ connection }) => connection === 'close')).toHaveLength(1);
});

test('with nothing to do it ends when its time is over', async () => {
  await using dbhub = await start(0);
  expect(await dbhub.terminate()).toEqual({ code: 0, signal: null });
});
