import { describe, test } from 'vitest';
import { freePort } from '../../../lab/process/server-process.ts';
import { until } from '../../../lab/process/wait.ts';
import { builtBundles } from '../../support/built-bundles.ts';
import { memoryLimits } from '../../support/memory-limit.ts';
import { endlessHead, floodOf } from '../flood.ts';
import { initialize, openUnread, postTo, startSidecar } from '../limited.ts';
import { connectSse } from './sse-client.ts';
import { startStatefulServer } from './stateful-server.ts';

const { dist } = builtBundles('function-mcp-memory');

describe.skipIf(memoryLimits === 'none')(
  `under a limit of 256 MiB (${memoryLimits})`,
  { timeout: 120_000 },
  () => {
    test('the bridge outlives clients that do not read, and serves a session meanwhile', async () => {
      await using server = await startStatefulServer();
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      await using bridge = await startSidecar(dist(), [
        'bridge',
        `--listen=127.0.0.1:${port}`,
        `--server=${server.origin.origin}`,
      ]);
      await using good = await connectSse(origin);
      const works = async () => {
        for (let index = 0; index < 5; index++)
          await until(
            'an answer',
            async () => (await good.call('large', { size: 1000 })).content === 'x'.repeat(1000),
            { everyMs: 10 },
          );
      };
      const paths = await openUnread(port, 255);
      const post = (path: string, message: object) => postTo(origin, path, message);
      await Promise.all(paths.map((path) => post(path, { id: 0, ...initialize })));
      await until('the sessions', () => server.sessions() === 256);
      await works();
      const call = (name: string, args: object) => ({
        method: 'tools/call',
        params: { name, arguments: args },
      });
      for (let round = 1; round <= 3; round++) {
        await Promise.all(
          paths
            .slice(0, 60)
            .map((path) => post(path, { id: round, ...call('large', { size: 3 * 1024 * 1024 }) })),
        );
        await works();
      }
      const pad = 'x'.repeat(3 * 1024 * 1024);
      await Promise.all(
        paths.slice(60, 140).map((path) => post(path, { id: 9, ...call('forever', { pad }) })),
      );
      await works();
      await using flood = floodOf(port);
      flood.pour(1500, () => []);
      flood.pour(500, endlessHead);
      await works();
      await bridge.holds();
    });
  },
);
