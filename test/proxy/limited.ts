import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ServerProcess, startServer } from '../../lab/process/server-process.ts';
import { dockerfileEnvironment } from '../../scripts/lib/dockerfile.ts';
import { limitMemory, type MemoryLimit } from '../support/memory-limit.ts';

/** What the containers of gate, bridge and mcp-s3 may have. */
export const limit = 256 * 1024 * 1024;
export const token = 's3same-7c1f';

/** A server as it runs in its container, with the limit on its memory. */
export interface Limited extends AsyncDisposable {
  process: ServerProcess;
  /** Why it no longer answers, if it has ended. */
  gone: () => string | undefined;
  /** Expects that it lives, and has never had more than it may. */
  holds: () => Promise<void>;
}

export async function startLimited(
  command: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Limited> {
  const limits: MemoryLimit = await limitMemory(limit);
  const [program = '', ...args] = [...limits.prefix, ...command];
  const server = startServer({ command: program, args, env });
  await server.until(async () => /"serving"/i.test(server.logs()), 30);
  const gone = (): string | undefined => {
    const exit = server.exit();
    return exit && `it ended: ${JSON.stringify(exit)}\n${server.logs().slice(-2000)}`;
  };
  return {
    process: server,
    gone,
    async holds() {
      expect(gone()).toBeUndefined();
      const peak = await limits.peak(server.pid);
      if (process.env['SHOW_MEMORY']) console.log(`peak: ${(peak / 2 ** 20).toFixed(0)} MiB`);
      expect(peak).toBeLessThanOrEqual(limit);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await limits[Symbol.asyncDispose]();
    },
  };
}

/** A sidecar as in its container: the bundle in this folder, and the environment of the image. */
export const startSidecar = async (bundle: string, args: readonly string[]): Promise<Limited> =>
  startLimited([process.execPath, join(bundle, 'main.js'), ...args], {
    ...(await dockerfileEnvironment()),
    PATH: process.env['PATH'],
    AUTH_TOKEN: token,
  });

const huge = Buffer.alloc(8 * 1024 * 1024, 'x');

/** A server that reads nothing of what is posted to /hold, answers /huge at great length, and others at once. */
export const startServerBehind = async (): Promise<
  { port: number; held: () => number } & AsyncDisposable
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
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Writes what a gate needs for a server behind it. */
export const gateFileFor = (port: number): string => {
  const route = { tls: false, host: '127.0.0.1', port, basePath: '', headers: {}, query: {} };
  return JSON.stringify({
    routes: { shop: { ...route, addresses: 'any', readOnly: false, timeout: 60 } },
  });
};

/** Opens event streams that nobody reads, and resolves with the paths to post to. */
export const openUnread = async (port: number, count: number): Promise<string[]> =>
  Promise.all(
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

/** Posts a message to a session of the bridge. Resolves with the status, or 0. */
export const postTo = (origin: string, path: string, message: object): Promise<number> =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  }).then(
    (response) => response.status,
    () => 0,
  );

export const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
};
