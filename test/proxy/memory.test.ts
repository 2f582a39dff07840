import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { freePort, removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { build } from '../../scripts/build.ts';
import { repository } from '../../scripts/lib/release.ts';
import { memoryLimits } from '../support/memory-limit.ts';
import { connectSse } from './bridge/sse-client.ts';
import { startStatefulServer } from './bridge/stateful-server.ts';
import { endlessHead, floodOf, postOf } from './flood.ts';
import {
  gateFileFor,
  initialize,
  openUnread,
  postTo,
  startServerBehind,
  startSidecar,
  token,
} from './limited.ts';

const bearer = `authorization: Bearer ${token}\r\n`;

let folder: string;
let dist: string;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-memory');
  dist = join(folder, 'dist');
  await build(join(repository, 'src'), dist);
});
afterAll(async () => {
  if (folder) await removeFolder(folder);
});

/** A client that asks until it has so many answers: again where it is told to, or its connection had to give way. */
const asksWell = async (url: string, times: number): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  for (let answers = 0; answers < times; answers++)
    await until(
      'an answer',
      async () => {
        const answer = await fetch(url, { method: 'POST', body: '{}', headers });
        return (await answer.text()) === 'good' && answer.status === 200;
      },
      { everyMs: 10 },
    );
};

describe.skipIf(memoryLimits === 'none')(
  `under a limit of 256 MiB (${memoryLimits})`,
  { timeout: 120_000 },
  () => {
    test('the guard outlives floods, and serves others meanwhile', async () => {
      await using server = await startServerBehind();
      const port = await freePort();
      await using guard = await startSidecar(dist, [
        'gate',
        `--listen=127.0.0.1:${port}`,
        `--server=http://127.0.0.1:${server.port}`,
      ]);
      const url = `http://127.0.0.1:${port}/good`;
      await using flood = floodOf(port);
      flood.pour(200, () => postOf('/hold', 8, bearer));
      await until('the posts', () => server.held() > 100, { everyMs: 20 });
      await asksWell(url, 20);
      flood.pour(256, () => [`GET /huge HTTP/1.1\r\nhost: localhost\r\n${bearer}\r\n`]);
      await asksWell(url, 20);
      flood.pour(1000, endlessHead);
      await asksWell(url, 20);
      flood.pour(1500, () => []);
      await asksWell(url, 20);
      flood.pour(100, () => [`GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(200)]);
      await asksWell(url, 20);
      await guard.holds();
    });

    test('the gate outlives floods, and serves others meanwhile', async () => {
      await using server = await startServerBehind();
      const port = await freePort();
      await writeFile(join(folder, 'gate.json'), gateFileFor(server.port));
      await using gate = await startSidecar(dist, [
        'gate',
        `--config=${join(folder, 'gate.json')}`,
        `--port=${port}`,
      ]);
      const url = `http://127.0.0.1:${port}/shop/good`;
      await using flood = floodOf(port);
      flood.pour(200, () => postOf('/shop/hold', 8, ''));
      await until('the posts', () => server.held() > 2, { everyMs: 20 });
      await asksWell(url, 20);
      flood.pour(256, () => ['GET /shop/huge-once HTTP/1.1\r\nhost: localhost\r\n\r\n']);
      await asksWell(url, 20);
      flood.pour(1000, endlessHead);
      flood.pour(1500, () => []);
      await asksWell(url, 20);
      await gate.holds();
    });

    test('the bridge outlives floods, and serves others meanwhile', async () => {
      await using server = await startStatefulServer();
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      await using bridge = await startSidecar(dist, [
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
