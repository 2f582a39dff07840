import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  freePort,
  removeFolder,
  type ServerProcess,
  startServer,
  temporaryFolder,
} from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { build } from '../../scripts/build.ts';
import { dockerfileEnvironment } from '../../scripts/lib/dockerfile.ts';
import { repository } from '../../scripts/lib/release.ts';
import { limitMemory, type MemoryLimit, memoryLimits } from '../support/memory-limit.ts';
import { connectSse } from './bridge/sse-client.ts';
import { startStatefulServer } from './bridge/stateful-server.ts';
import { endlessHead, floodOf, postOf } from './flood.ts';

/** What the containers of gate and bridge may have. */
const limit = 256 * 1024 * 1024;
const token = 's3same-7c1f';
const bearer = `authorization: Bearer ${token}\r\n`;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-memory');
  await build(join(repository, 'src'), join(folder, 'dist'));
});
afterAll(async () => {
  if (folder) await removeFolder(folder);
});

interface Sidecar extends AsyncDisposable {
  process: ServerProcess;
  limits: MemoryLimit;
}

/** A sidecar as it runs in its container: the bundle, the image's environment, the limit. */
const start = async (args: readonly string[]): Promise<Sidecar> => {
  const limits = await limitMemory(limit);
  const [command, ...before] = [...limits.prefix, process.execPath];
  const server = startServer({
    command,
    args: [...before, join(folder, 'dist', 'main.js'), ...args],
    env: { ...(await dockerfileEnvironment()), PATH: process.env['PATH'], AUTH_TOKEN: token },
  });
  await server.until(async () => server.logs().includes('"Serving"'), 30);
  return {
    process: server,
    limits,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await limits[Symbol.asyncDispose]();
    },
  };
};

/** It lives, and has never had more than it may. */
const holds = async ({ process, limits }: Sidecar): Promise<void> => {
  expect(process.exit(), process.logs().slice(-2000)).toBeUndefined();
  const peak = await limits.peak(process.pid);
  if (globalThis.process.env['SHOW_MEMORY']) console.log(`peak: ${(peak / 2 ** 20).toFixed(0)} MiB`);
  expect(peak).toBeLessThanOrEqual(limit);
};

const huge = Buffer.alloc(8 * 1024 * 1024, 'x');

/** A server that reads nothing of what is posted to /hold, answers /huge at great length, and others at once. */
const startServerBehind = async (): Promise<
  { port: number; held: () => number; server: Server } & AsyncDisposable
> => {
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url?.includes('/hold')) {
      held.add(response);
      request.pause();
    } else if (request.url?.includes('/huge')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let index = 0; index < (request.url.includes('once') ? 1 : 4); index++) response.write(huge);
      response.end();
    } else {
      request.resume();
      response.end('good');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    held: () => held.size,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

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
      await using guard = await start([
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
      await holds(guard);
    });

    test('the gate outlives floods, and serves others meanwhile', async () => {
      await using server = await startServerBehind();
      const port = await freePort();
      const route = {
        tls: false,
        host: '127.0.0.1',
        port: server.port,
        basePath: '',
        headers: {},
        query: {},
      };
      const routes = { shop: { ...route, addresses: 'any', readOnly: false, timeout: 60 } };
      await writeFile(join(folder, 'gate.json'), JSON.stringify({ routes }));
      await using gate = await start(['gate', `--config=${join(folder, 'gate.json')}`, `--port=${port}`]);
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
      await holds(gate);
    });

    test('the bridge outlives floods, and serves others meanwhile', async () => {
      await using server = await startStatefulServer();
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      await using bridge = await start([
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
      const post = (path: string, message: object): Promise<number> =>
        fetch(`${origin}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', ...message }),
        }).then((response) => response.status);
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'a', version: '1' },
      };
      await Promise.all(paths.map((path) => post(path, { id: 0, method: 'initialize', params })));
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
        paths.slice(60, 140).map((path) => post(path, { id: 9, ...call('forever', { pad }) }).catch(() => 0)),
      );
      await works();
      await using flood = floodOf(port);
      flood.pour(1500, () => []);
      flood.pour(500, endlessHead);
      await works();
      await holds(bridge);
    });
  },
);

/** Opens event streams that nobody reads, and resolves with the paths to post to. */
const openUnread = async (port: number, count: number): Promise<string[]> => {
  const { connect } = await import('node:net');
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
      let text = '';
      while (!/data: (\S+)\n/.test(text)) text += String((await once(socket, 'data'))[0]);
      socket.pause();
      return /data: (\S+)\n/.exec(text)?.[1] ?? '';
    }),
  );
};
