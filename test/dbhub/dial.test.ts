import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { rowsOf } from '../matrix/ask.ts';
import { type Peer, silent, startPeer } from '../probe/drivers/peers.ts';
import { tds } from '../probe/drivers/tds-peer.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { type Beside, type Other, reader, serveBeside } from './beside.ts';
import { redirecting } from './tns-peer.ts';

const types = ['postgres', 'mysql', 'mariadb', 'sqlserver', 'oracle'] as const;

let postgres: Backend;
let mariadb: Backend;
/** Where nobody may be led. */
let recorder: Peer;
/** Those that lead there. */
const leading: Peer[] = [];
/** A SQL Server that leads nowhere. */
let honest: Peer;
const others: Other[] = [];

beforeAll(async () => {
  [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()]);
  for (const backend of [postgres, mariadb]) {
    await backend.createDatabase('shop');
    await backend.createUser(reader);
  }
  recorder = await startPeer(silent);
  const targets = [
    { host: '127.0.0.1', port: recorder.port },
    { host: 'localhost', port: recorder.port },
    { host: 'trap.example.com', port: recorder.port },
    { host: '169.254.169.254', port: 80 },
    { host: '::1', port: recorder.port },
  ];
  for (const [index, route] of targets.entries()) {
    const [sqlserver, oracle] = [await startPeer(tds({ route })), await startPeer(redirecting(route))];
    leading.push(sqlserver, oracle);
    others.push({ name: `routes-${index}`, type: 'sqlserver', port: sqlserver.port });
    others.push({ name: `redirects-${index}`, type: 'oracle', port: oracle.port });
  }
  const spec = { host: 'trap.example.com' };
  for (const type of types) others.push({ name: `resolves-${type}`, type, port: recorder.port, spec });
  others.push({ name: 'mariadb', type: 'mariadb', port: mariadb.port });
  honest = await startPeer(tds());
  others.push({ name: 'sqlserver', type: 'sqlserver', port: honest.port });
  for (const [type, port] of [
    ['postgres', postgres.port],
    ['mariadb', mariadb.port],
    ['mysql', mariadb.port],
    ['sqlserver', honest.port],
  ] as const)
    others.push({ name: `by-name-${type}`, type, port, spec: { host: 'localhost' } });
});

afterAll(async () => {
  for (const peer of [recorder, honest, ...leading]) await peer?.[Symbol.asyncDispose]();
  await postgres?.stop();
  await mariadb?.stop();
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    const preload = join(import.meta.dirname, 'fake-dns.mjs');
    beside = await serveBeside(postgres, others, { runtime: await runtime(), preload });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('no routing, redirect or name makes DBHub connect to an address that is no destination', async () => {
    const led = others.filter(({ name }) => /^(routes|redirects|resolves)-/.test(name));
    const answers = await Promise.all(
      led.map(async ({ name }) => ({ name, answer: await beside.ask(name) })),
    );
    expect(recorder.accepted()).toBe(0);
    for (const { name, answer } of answers) expect(answer.isError, name).toBe(true);
    for (const peer of leading) expect(peer.accepted()).toBeGreaterThan(0);
    await beside.stillGood();
  }, 90_000);

  test.each(['mariadb', 'by-name-postgres', 'by-name-mariadb', 'by-name-mysql'])(
    '%s answers',
    async (name) => {
      expect(rowsOf(await beside.ask(name, 'SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    },
  );

  test.each(['sqlserver', 'by-name-sqlserver'])('%s is asked', async (name) => {
    const asked = honest.until(honest.accepted() + 1);
    // No more than its log-in is imitated, so that the call ends with an error, which nobody awaits.
    beside.ask(name).catch(() => {});
    await asked;
  });
});
