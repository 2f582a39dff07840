import { expect, test } from 'vitest';
import { startS3 } from '../../lab/backends/s3.ts';
import { freePort, startServer } from '../../lab/process/server-process.ts';
import { startMcpS3 } from '../../lab/servers/mcp-s3.ts';
import { connectSse } from '../proxy/bridge/sse-client.ts';
import { builtFirst } from '../support/built-first.ts';

builtFirst('versitygw', 'mcp-s3');

const TOKEN = 'let-me-in';

test('clients that speak server-sent events come through the bridge, with the token of the server', async () => {
  await using s3 = await startS3();
  await s3.createBucket('shop');
  await s3.put('shop', 'a.txt', 'hello');
  const connection = {
    endpoint: s3.url,
    region: s3.region,
    pathStyle: true,
    bucket: 'shop',
    ...s3.root,
    tls: 'disable',
    addresses: 'any',
    readOnly: true,
    maxGetSize: 1024,
    connectTimeout: 5,
    requestTimeout: 5,
  };
  await using server = await startMcpS3({
    config: JSON.stringify({ connections: { main: connection } }),
    env: { MCP_S3_AUTH_TOKEN: TOKEN },
  });
  const port = await freePort();
  const program = new URL('../../src/main.ts', import.meta.url).pathname;
  const bridge = startServer({
    command: process.execPath,
    args: [program, 'bridge', `--listen=127.0.0.1:${port}`, `--server=${new URL(server.url).origin}`],
  });
  const origin = `http://127.0.0.1:${port}`;
  const healthy = () =>
    fetch(`${origin}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await bridge.until(healthy, 15);
  await expect(connectSse(origin)).rejects.toThrow('401');
  await using client = await connectSse(origin, { token: TOKEN });
  expect(await client.call('s3_get_object', { bucket: 'shop', key: 'a.txt' })).toMatchObject({
    isError: false,
    content: { content: 'hello' },
  });
  await bridge.stop();
});
