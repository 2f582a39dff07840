import { connect } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  LATEST_PROTOCOL_VERSION,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { createLog } from '../../../src/process/log.ts';
import { type BridgeOptions, startBridge } from '../../../src/proxy/bridge/server.ts';
import { connectSse, type SseClient } from './sse-client.ts';
import { type StatefulServer, startStatefulServer } from './stateful-server.ts';

const bridgeTo = async (server: StatefulServer, options: Partial<BridgeOptions> = {}) => {
  const lines: { ending?: string }[] = [];
  const bridge = await startBridge({
    listen: { host: '127.0.0.1', port: 0 },
    server: server.origin,
    mcpPath: '/mcp',
    healthPath: '/healthz',
    allowedHosts: [],
    log: createLog({}, { write: (line) => lines.push(JSON.parse(line) as { ending?: string }) }),
    ...options,
  });
  return {
    ...bridge,
    url: `http://127.0.0.1:${bridge.port}`,
    endings: () => lines.flatMap(({ ending }) => ending ?? []),
    [Symbol.asyncDispose]: () => bridge.close(1000),
  };
};

it('passes what a server with sessions sends and asks of its own accord', async () => {
  await using server = await startStatefulServer();
  await using bridge = await bridgeTo(server);
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { roots: {} } });
  const roots = [{ uri: 'file:///work', name: 'work' }];
  const notified: unknown[] = [];
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots }));
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void notified.push(params.data),
  );
  await using mcp = await connectSse(bridge.url, { client });

  expect((await mcp.call('roots')).content).toEqual(roots);
  await mcp.call('notify');
  await expect.poll(() => notified).toEqual(['from the server']);
  expect([...server.versions]).toEqual([LATEST_PROTOCOL_VERSION]);
  expect(server.sessions()).toBe(1);
  await client.close();
  await expect.poll(() => server.sessions()).toBe(0);
});

it('ends the session where the server has forgotten its own', async () => {
  await using server = await startStatefulServer();
  await using bridge = await bridgeTo(server);
  await using mcp = await connectSse(bridge.url);
  await mcp.client.ping();
  server.forget();
  await expect(mcp.client.listTools()).rejects.toThrow('The MCP server closed the connection');
  await mcp.lost;
  expect(bridge.endings()).toEqual(['server']);
});

it('lets nothing overtake a notification', async () => {
  await using server = await startStatefulServer();
  await using bridge = await bridgeTo(server);
  const release = server.hold();
  await using mcp = await connectSse(bridge.url);
  const pinged = mcp.client.ping();
  await expect.poll(() => server.seen).toContain('notifications/initialized');
  // by then the ping has been taken and would have arrived
  await fetch(`${bridge.url}/healthz`);
  expect(server.seen.slice(-2)).toEqual(['initialize', 'notifications/initialized']);
  release();
  await pinged;
  expect(server.seen.at(-1)).toBe('ping');
});

it('ends the session of a client that does not read, and of that one alone', async () => {
  await using server = await startStatefulServer();
  await using bridge = await bridgeTo(server);
  await using other = await connectSse(bridge.url);

  const socket = connect(bridge.port, '127.0.0.1');
  const first = await new Promise<string>((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString()));
    socket.write('GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
  socket.pause();
  const path = /data: (\S+)/.exec(first)?.[1] ?? '';
  const post = (message: object) =>
    fetch(`${bridge.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const clientInfo = { name: 'sleeper', version: '1' };
  const params = { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo };
  expect((await post({ id: 0, method: 'initialize', params })).status).toBe(202);
  await expect.poll(() => server.sessions()).toBe(2);
  const size = 8 * 1024 * 1024;
  let id = 0;
  await expect
    .poll(
      async () => {
        await post({ id: ++id, method: 'tools/call', params: { name: 'large', arguments: { size } } });
        return bridge.endings();
      },
      { timeout: 20_000 },
    )
    .toEqual(['slow']);
  socket.destroy();
  expect(bridge.sessions()).toBe(1);
  expect((await other.call('large', { size })).content).toHaveLength(size);
});

it('ends the session that was idle for longest for a new client, and none with an open request', async () => {
  await using server = await startStatefulServer();
  await using bridge = await bridgeTo(server, { maxSessions: 3 });
  const calling = async (client: SseClient) => {
    const before = server.open();
    void client.call('forever').catch(() => undefined);
    await expect.poll(() => server.open()).toBe(before + 1);
  };
  await using busy = await connectSse(bridge.url);
  await calling(busy);
  await using active = await connectSse(bridge.url);
  await using idle = await connectSse(bridge.url);
  await active.client.ping();
  await using late = await connectSse(bridge.url);
  await late.client.ping();
  await idle.lost;
  expect(bridge.endings()).toEqual(['idle']);
  expect(bridge.sessions()).toBe(3);
  await active.client.ping();

  await calling(active);
  await calling(late);
  const refused = await Promise.all(Array.from({ length: 5 }, () => fetch(`${bridge.url}/sse`)));
  expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
    Array(5).fill([503, '10']),
  );
  await busy.client.close();
  await expect.poll(() => bridge.sessions()).toBe(2);
  await using again = await connectSse(bridge.url);
  expect((await again.client.listTools()).tools.length).toBeGreaterThan(0);
});
