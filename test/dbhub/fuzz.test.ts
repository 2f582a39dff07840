import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { rowsOf } from '../matrix/ask.ts';
import { type Peer, startPeer } from '../probe/drivers/peers.ts';
import { tds } from '../probe/drivers/tds-peer.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { canary, type Other, reader, serveBeside } from './beside.ts';
import { arbitraryGarbage, type Garbage, spoiling } from './garbage.ts';
import { redirecting } from './tns-peer.ts';

/** Rounds of {@link perType} cases for each type, with and without TLS. */
const rounds = Number(process.env['FUZZ_RUNS'] ?? 1);
const perType = 3;
const seed = Number(process.env['FUZZ_SEED'] ?? 11);

const upstreams: { type: Other['type']; port: number; sslMode: string }[] = [];
const backends: Backend[] = [];
const peers: Peer[] = [];
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-fuzz');
  const tls = await issueServerTls(folder);
  backends.push(...(await Promise.all([startPostgres({ tls }), startMysql({ tls }), startMariadb({ tls })])));
  for (const backend of backends) {
    await backend.createDatabase('shop');
    await backend.createUser(reader);
    for (const sslMode of ['disable', 'require'])
      upstreams.push({ type: backend.type, port: backend.port, sslMode });
  }
  const { certificate, key } = tls;
  const sqlserver = await startPeer(tds());
  const secured = await startPeer(tds({ encryption: 'required', certificate: { certificate, key } }));
  const oracle = await startPeer(redirecting({ host: '127.0.0.1', port: 1 }));
  peers.push(sqlserver, secured, oracle);
  upstreams.push(
    { type: 'sqlserver', port: sqlserver.port, sslMode: 'disable' },
    { type: 'sqlserver', port: secured.port, sslMode: 'require' },
    { type: 'oracle', port: oracle.port, sslMode: 'disable' },
    { type: 'oracle', port: oracle.port, sslMode: 'require' },
  );
});

afterAll(async () => {
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  await Promise.all(backends.map((backend) => backend.stop()));
  await removeFolder(folder);
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  test(
    'whatever a database answers, every call on it ends, and a good database keeps answering',
    async () => {
      const [good] = backends;
      if (!good) throw new Error('there is no good database');
      const garbage = new Map<string, Garbage>();
      const others: Other[] = [];
      const spoilers: Peer[] = [];
      for (const { type, port, sslMode } of upstreams)
        for (let index = 0; index < perType; index++) {
          const name = `${type}-${sslMode}-${index}`;
          const peer = await startPeer(spoiling(port, () => garbage.get(name)));
          spoilers.push(peer);
          others.push({
            name,
            type,
            port: peer.port,
            spec: { sslMode, connectionTimeout: 1, queryTimeout: 1 },
          });
        }
      await using beside = await serveBeside(good, others, { runtime: await runtime() });

      for (let round = 0; round < rounds; round++) {
        const cases = fc.sample(arbitraryGarbage, { seed: seed + round, numRuns: others.length });
        others.forEach(({ name }, index) => {
          const spoilt = cases[index];
          if (spoilt) garbage.set(name, spoilt);
        });
        let over = false;
        const watching = (async () => {
          while (!over) {
            await beside.stillGood();
            // An agent that asks without a pause would take the processor from the server.
            await setTimeout(100);
          }
        })();
        const ended = await Promise.all(
          others.map(({ name }) =>
            beside.ask(name).then(
              () => undefined,
              (error: unknown) => `${name} ${JSON.stringify(garbage.get(name))}: ${String(error)}`,
            ),
          ),
        );
        over = true;
        await watching;
        expect(ended.filter(Boolean)).toEqual([]);

        // What was spoilt is not for good: the same sources answer when the databases do.
        garbage.clear();
        const real = others.filter(({ type }) => type !== 'sqlserver' && type !== 'oracle');
        for (const { name } of real)
          await until(`${name} answers again`, async () => {
            const rows = rowsOf(await beside.ask(name));
            return JSON.stringify(rows) === '[{"one":1}]';
          });
      }
      await beside.stillGood();
      expect(beside.served.logs()).not.toContain(canary);
      for (const peer of spoilers) await peer[Symbol.asyncDispose]();
    },
    240_000 * rounds,
  );
});
