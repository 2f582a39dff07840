import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { freePort } from '../../lab/process/server-process.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, secret, worldOf } from '../support/world.ts';
import { ask, rowsOf } from './ask.ts';
import { type Case, databases, settings, supplies, unusable } from './databases.ts';

const SELECT = 'SELECT 1 AS one';
const ONE = [{ one: 1 }];

let backend: Backend;
let served: ServedInstance;
let client: McpClient;
/** Where nobody listens at first. */
let sleepingPort: number;

beforeAll(async () => {
  backend = await startPostgres();
  await backend.createDatabase('shop');
  await backend.createUser({ name: 'reader', password: 'r', database: 'shop', readOnly: true });
  sleepingPort = await freePort();
  const { host, port } = backend;
  const spec = { type: 'postgres', host, port, database: 'shop', sslMode: 'disable' };
  const good = { ...spec, credentialsRef: { name: 'reader' } };
  const several: Case[] = [
    { name: 'good', type: 'postgres', spec: good },
    { name: 'good-too', type: 'postgres', spec: good },
    { name: 'sleeping', type: 'postgres', spec: { ...good, port: sleepingPort } },
    { name: 'unknown-host', type: 'postgres', spec: { ...good, host: 'nowhere.invalid' } },
    { name: 'unknown-database', type: 'postgres', spec: { ...good, database: 'nothing' } },
    { name: 'wrong-password', type: 'postgres', spec: { ...spec, credentialsRef: { name: 'wrong' } } },
    { name: 'slow', type: 'mariadb', spec: { ...good, type: 'mariadb', port: await freePort() } },
    { name: 'invalid', type: 'postgres', spec: { ...good, host: 'no host' } },
    ...unusable,
  ];
  served = await serveInstance(
    worldOf(instance('claims', { resourceSelector: {} }), [
      environmentConfig(settings),
      ...supplies,
      secret('reader', { username: 'reader', password: 'r' }),
      secret('wrong', { username: 'reader', password: 'x' }),
      ...databases('claims', several),
    ]),
  );
  client = await served.connect();
});

afterAll(async () => {
  await served?.stop();
  await backend?.stop();
});

test('one with an invalid spec is left out, and everything else is served', async () => {
  const tools = (await client.listTools())
    .map(({ name }) => name)
    .filter((name) => name.startsWith('execute_sql_'));
  expect(tools).toHaveLength(7 + unusable.length);
  expect(tools).not.toContain('execute_sql_invalid');
});

test.each([
  ['sleeping', 'SOURCE_UNREACHABLE', /unreachable/],
  ['unknown-host', 'SOURCE_UNREACHABLE', /unreachable/],
  ['unknown-database', 'EXECUTION_ERROR', /database "nothing" does not exist/],
  ['wrong-password', 'AUTH_FAILED', /Authentication failed/],
])('%s says %s, and the others answer before and after', async (name, code, error) => {
  expect(rowsOf(await ask(client, 'good', SELECT))).toEqual(ONE);
  expect(await ask(client, name, SELECT)).toMatchObject({
    isError: true,
    content: { code, error: expect.stringMatching(error) },
  });
  expect(rowsOf(await ask(client, 'good-too', SELECT))).toEqual(ONE);
});

test('while one keeps a client waiting, the others answer', async () => {
  let waiting = true;
  const slow = ask(client, 'slow', SELECT).finally(() => {
    waiting = false;
  });
  await using other = await served.connect();
  for (const each of [client, other]) expect(rowsOf(await ask(each, 'good', SELECT))).toEqual(ONE);
  expect(waiting).toBe(true);
  expect(await slow).toMatchObject({ isError: true, content: { code: 'EXECUTION_ERROR' } });
});

test('one that was down answers as soon as it is up', async () => {
  expect((await ask(client, 'sleeping', SELECT)).isError).toBe(true);
  const door = createServer((socket) => {
    const beyond = connect(backend.port, backend.host);
    for (const end of [socket, beyond]) end.on('error', () => {});
    socket.pipe(beyond).pipe(socket);
  });
  await new Promise<void>((resolve) => door.listen(sleepingPort, '127.0.0.1', resolve));
  try {
    expect(rowsOf(await ask(client, 'sleeping', SELECT))).toEqual(ONE);
  } finally {
    door.close();
  }
});

describe('a call on one that is not usable says why', () => {
  test.each(unusable)('$name', async ({ name, reason }) => {
    const host = `${reason?.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=CA)/g, '-').toLowerCase()}.invalid`;
    const answer = await ask(client, name, SELECT);
    expect(answer).toMatchObject({ isError: true, content: { error: expect.stringContaining(host) } });
    expect(rowsOf(await ask(client, 'good', SELECT))).toEqual(ONE);
  });
});

test('no password is in the logs', () => {
  expect(served.logs()).not.toMatch(/p@ss|p%40ss/);
});
