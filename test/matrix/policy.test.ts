import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { instance, secret, worldOf } from '../support/world.ts';
import { ask, rowsOf } from './ask.ts';
import { databases } from './databases.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startPostgres();
  await backend.createDatabase('shop');
  await backend.query('CREATE TABLE orders AS SELECT * FROM generate_series(1, 50) AS id', 'shop');
  await backend.createUser({ name: 'writer', password: 'w', database: 'shop' });
});
afterAll(() => backend?.stop());

const wishes: Record<string, JsonObject> = {
  silent: {},
  strict: { readOnly: true, maxRows: 4 },
  greedy: { readOnly: false, maxRows: 100_000, queryTimeout: 1 },
};

describe.each([
  {
    policy: {},
    writes: { silent: false, strict: false, greedy: false },
    rows: { silent: 50, strict: 4, greedy: 50 },
  },
  {
    policy: { readOnly: true, maxRows: 20 },
    writes: { silent: false, strict: false, greedy: false },
    rows: { silent: 20, strict: 4, greedy: 20 },
  },
  {
    policy: { readOnly: false, maxRows: 2 },
    writes: { silent: true, strict: false, greedy: true },
    rows: { silent: 2, strict: 2, greedy: 2 },
  },
])('policy $policy', ({ policy, writes, rows }) => {
  let served: ServedInstance;
  let client: McpClient;
  beforeAll(async () => {
    const { host, port } = backend;
    const least = { type: 'postgres', host, port, database: 'shop', sslMode: 'disable' };
    const specs = Object.entries(wishes).map(([name, wish]) => ({
      name,
      type: 'postgres' as const,
      spec: { ...least, credentialsRef: { name: 'writer' }, ...wish },
    }));
    const allowedOperations = ['execute_sql', 'search_objects', 'explain_sql', 'health_check'];
    served = await serveInstance(
      worldOf(
        instance('namespaced', { resourceSelector: {}, defaultPolicy: { ...policy, allowedOperations } }),
        [...databases('namespaced', specs), secret('writer', { username: 'writer', password: 'w' })],
      ),
    );
    client = await served.connect();
  });
  afterAll(() => served?.stop());

  test.each(Object.entries(rows))('%s: a query returns %i rows', async (name, count) => {
    const answer = await ask(client, name, 'SELECT id FROM orders');
    const truncated = count < 50 ? { truncated: true } : {};
    expect(answer.content.data?.statements).toMatchObject([{ count, ...truncated }]);
    expect(rowsOf(answer)).toHaveLength(count);
  });

  test.each(Object.entries(writes))('%s: whether it may write: %s', async (name, may) => {
    for (const sql of ['UPDATE orders SET id = id', 'SELECT 1; DELETE FROM orders WHERE id < 0']) {
      const answer = await ask(client, name, sql);
      expect(answer.isError, sql).toBe(!may);
      expect(answer.content.code, sql).toBe(may ? undefined : 'READONLY_VIOLATION');
    }
  });

  test('the other tools answer', async () => {
    const found = await client.callTool('search_objects_silent', { object_type: 'table', pattern: 'ord%' });
    expect(found).toMatchObject({ isError: false, content: { data: { results: [{ name: 'orders' }] } } });
    const plan = await client.callTool('explain_sql_silent', { sql: 'SELECT * FROM orders' });
    expect(plan).toMatchObject({ isError: false, content: { success: true } });
    const health = await client.callTool('health_check_silent');
    expect(health).toMatchObject({ isError: false, content: { success: true } });
  });

  test('a query ends after its queryTimeout', async () => {
    const answer = await ask(client, 'greedy', 'SELECT pg_sleep(20)');
    expect(answer).toMatchObject({ isError: true, content: { error: expect.stringContaining('timeout') } });
  });
});
