import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../../lab/backends/backend.ts';
import { startMariadb } from '../../../lab/backends/mariadb.ts';
import { startPostgres } from '../../../lab/backends/postgres.ts';
import { goOn } from '../../../src/probe/go-on.ts';
import { arbitraryGarbage, type Garbage, spoiling } from '../../dbhub/garbage.ts';
import { startPeer } from './peers.ts';
import { account, probe } from './probed.ts';
import { expectQuiet } from './quiet.ts';
import { tds } from './tds-peer.ts';

expectQuiet();

const numRuns = 25 * Number(process.env['FUZZ_RUNS'] ?? 1);
const timeouts = { connect: 0.3, query: 0.3 };
const backends: Backend[] = [];

/** tedious throws in the midst of a message: this process continues as the probe's does. */
const watchers = process.listeners('uncaughtException');
const rejectionWatchers = process.listeners('unhandledRejection');

beforeAll(async () => {
  process.removeAllListeners('uncaughtException');
  goOn({ error: () => {} });
  backends.push(...(await Promise.all([startPostgres(), startMariadb()])));
  for (const backend of backends) {
    await backend.createDatabase('shop');
    await backend.createUser(account('reader', { readOnly: true }));
  }
});

afterAll(async () => {
  process.removeAllListeners('uncaughtException');
  for (const watcher of watchers) process.on('uncaughtException', watcher);
  process.removeAllListeners('unhandledRejection');
  for (const watcher of rejectionWatchers) process.on('unhandledRejection', watcher);
  await Promise.all(backends.map((backend) => backend.stop()));
});

test.each(['postgres', 'mysql', 'sqlserver'])(
  '%s: whatever becomes of a real answer, the check ends in time with a reason',
  async (driver) => {
    await using imitated = await startPeer(tds());
    const ports: Record<string, number | undefined> = {
      postgres: backends[0]?.port,
      mysql: backends[1]?.port,
      sqlserver: imitated.port,
    };
    let garbage: Garbage | undefined;
    await using peer = await startPeer(spoiling(ports[driver] ?? 0, () => garbage));
    const property = fc.asyncProperty(arbitraryGarbage, async (spoilt) => {
      garbage = spoilt;
      // An invalid report, a thrown error and one that never comes fail this test.
      const { reason } = await probe({ driver, port: peer.port, timeouts });
      expect(['InternalError', 'NoDriver']).not.toContain(reason);
    });
    await fc.assert(property, { numRuns });
  },
  60_000 * Math.max(1, numRuns / 25),
);
