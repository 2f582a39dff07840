import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { memoryLimits } from '../support/memory-limit.ts';
import { connectSse } from './bridge/sse-client.ts';
import { startStatefulServer } from './bridge/stateful-server.ts';
import { pourAll } from './floods.ts';
import {
  gateFileFor,
  initialize,
  type Limited,
  openUnread,
  postTo,
  startServerBehind,
  startSidecar,
  token,
} from './limited.ts';

const { folder, dist } = builtBundles('function-mcp-floods');

const bearer = `authorization: Bearer ${token}\r\n`;
const json = 'content-type: application/json\r\n';

/** Asks again where it is told to, or where its connection had to give way. */
const asks =
  (url: string, { gone }: Limited) =>
  async (): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    await until(
      'an answer',
      async () => {
        const signal = AbortSignal.timeout(5000);
        const answer = await fetch(url, { method: 'POST', body: '{}', headers, signal });
        return (await answer.text()) === 'good' && answer.status === 200;
      },
      { everyMs: 10, hopeless: gone },
    );
  };

describe.skipIf(memoryLimits === 'none')(
  `all floods at once, under a limit of 256 MiB (${memoryLimits})`,
  { timeout: 600_000 },
  () => {
    test('the guard outlives them, and serves others meanwhile', async () => {
      await using server = await startServerBehind();
      const port = await freePort();
      const origin = `http://127.0.0.1:${server.port}`;
      await using guard = await startSidecar(dist(), [
        'gate',
        `--listen=127.0.0.1:${port}`,
        `--server=${origin}`,
      ]);
      const unread = { request: `GET /huge HTTP/1.1\r\nhost: localhost\r\n${bearer}\r\n`, count: 256 };
      const flooded = { port, health: '/healthz', hold: '/hold', unread, bearer };
      await pourAll(flooded, asks(`http://127.0.0.1:${port}/good`, guard));
      await guard.holds();
    });

    test('the gate outlives them, and serves others meanwhile', async () => {
      await using server = await startServerBehind();
      const port = await freePort();
      await writeFile(join(folder(), 'gate.json'), gateFileFor(server.port));
      await using gate = await startSidecar(dist(), [
        'gate',
        `--config=${join(folder(), 'gate.json')}`,
        `--port=${port}`,
      ]);
      const unread = { request: 'GET /shop/huge-once HTTP/1.1\r\nhost: localhost\r\n\r\n', count: 256 };
      const flooded = { port, health: '/shop/good', hold: '/shop/good', unread, bearer: '' };
      await pourAll(flooded, asks(`http://127.0.0.1:${port}/shop/good`, gate));
      await gate.holds();
    });

    test('a gate that is both outlives them, and serves clients and the server meanwhile', async () => {
      await using server = await startServerBehind();
      const [inside, outside] = [await freePort(), await freePort()];
      await writeFile(join(folder(), 'both.json'), gateFileFor(server.port));
      await using gate = await startSidecar(dist(), [
        'gate',
        `--config=${join(folder(), 'both.json')}`,
        `--port=${inside}`,
        `--listen=127.0.0.1:${outside}`,
        `--server=http://127.0.0.1:${server.port}`,
      ]);
      const clients = {
        port: outside,
        health: '/healthz',
        hold: '/hold',
        unread: { request: `GET /huge HTTP/1.1\r\nhost: localhost\r\n${bearer}\r\n`, count: 256 },
        bearer,
      };
      const admitted = asks(`http://127.0.0.1:${outside}/good`, gate);
      const forwarded = asks(`http://127.0.0.1:${inside}/shop/good`, gate);
      await pourAll(clients, async () => {
        await admitted();
        await forwarded();
      });
      await gate.holds();
    });

    test('the bridge outlives them, and serves others meanwhile', async () => {
      await using server = await startStatefulServer();
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      await using bridge = await startSidecar(dist(), [
        'bridge',
        `--listen=127.0.0.1:${port}`,
        `--server=${server.origin.origin}`,
      ]);
      const paths = await openUnread(port, 150);
      await Promise.all(paths.map((path) => postTo(origin, path, { id: 0, ...initialize })));
      const large = { name: 'large', arguments: { size: 3 * 1024 * 1024 } };
      for (const path of paths.slice(1, 60))
        void postTo(origin, path, { id: 1, method: 'tools/call', params: large });
      const flooded = {
        port,
        health: '/healthz',
        hold: paths[0] ?? '',
        unread: { request: 'GET /sse HTTP/1.1\r\nhost: localhost\r\n\r\n', count: 50 },
        bearer: json,
      };
      const call = async (): Promise<true> => {
        await using good = await connectSse(origin);
        expect(await good.call('large', { size: 1000 })).toMatchObject({ content: 'x'.repeat(1000) });
        return true;
      };
      // a session that had to give way does not answer
      const late = () => pause(5000).then(() => Promise.reject(new Error('no answer')));
      await pourAll(flooded, async () => {
        await until('an answer', () => Promise.race([call(), late()]), {
          everyMs: 10,
          hopeless: bridge.gone,
        });
      });
      await bridge.holds();
    });
  },
);
