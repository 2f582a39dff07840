import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { DbhubRuntime } from '../../lab/servers/dbhub.ts';
import { destinationsFile } from '../../src/contract/destinations.ts';
import { preloaded } from '../../src/servers/dbhub/preloaded.ts';
import { type Peer, startPeer } from '../probe/drivers/peers.ts';
import { runtimes } from '../support/dbhub-image.ts';

/** Asks for Kerberos, which the driver answers with an exception. */
const kerberos = Buffer.from('R\0\0\0\x08\0\0\0\x07', 'latin1');

let folder: string;
let peer: Peer;

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-start');
  peer = await startPeer((socket) => socket.once('data', () => socket.write(kerberos)));
  for (const [name, text] of Object.entries(preloaded)) await writeFile(join(folder, name), text);
  const target = { host: '127.0.0.1', port: peer.port, addresses: 'any', seconds: 5 };
  await writeFile(join(folder, destinationsFile), JSON.stringify({ targets: [target] }));
  const dsn = `postgres://u:p@127.0.0.1:${peer.port}/shop?sslmode=disable`;
  await writeFile(join(folder, 'good.toml'), `[[sources]]\nid = "shop"\nlazy = true\ndsn = "${dsn}"\n`);
  await writeFile(join(folder, 'bad.toml'), '[[sources]]\nid = "shop"\ndsn = "nonsense://x"\n');
  await writeFile(join(folder, 'broken.toml'), '[[sources\n');
});

afterAll(async () => {
  await peer?.[Symbol.asyncDispose]();
  await removeFolder(folder);
});

describe.each(runtimes)('with %s', (_name, runtime) => {
  let found: DbhubRuntime;

  beforeAll(async () => {
    found = await runtime();
  });

  const start = (config: string, args: string[], modules = folder) =>
    spawn(found.node, [found.entry, '--config', join(folder, config), ...args], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        HOME: folder,
        NODE_OPTIONS: Object.keys(preloaded)
          .map((file) => `--import=${join(modules, file)}`)
          .join(' '),
      },
    });
  const endOf = async (child: ReturnType<typeof start>): Promise<unknown> => (await once(child, 'exit'))[0];

  test.each(['bad.toml', 'broken.toml', 'missing.toml'])(
    'it ends where its configuration is %s',
    async (config) => {
      expect(await endOf(start(config, ['--transport', 'http', '--host', '127.0.0.1', '--port', '0']))).toBe(
        1,
      );
    },
  );

  test('it ends where its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const args = ['--transport', 'http', '--host', '127.0.0.1', '--port', `${port}`];
    expect(await endOf(start('good.toml', args))).toBe(1);
    taken.close();
  });

  test('it ends where nothing says where its Resources are', async () => {
    const bare = await temporaryFolder('function-mcp-start-bare');
    for (const [name, text] of Object.entries(preloaded)) await writeFile(join(bare, name), text);
    expect(await endOf(start('good.toml', ['--transport', 'http', '--port', '0'], bare))).toBe(1);
    await removeFolder(bare);
  });

  test('over stdio, a call that ends in an exception is answered, and the next one too', async () => {
    const child = start('good.toml', ['--transport', 'stdio']);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'test', version: '1' };
    send({
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    });
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ id: 0 });
    send({ method: 'notifications/initialized' });
    const params = { name: 'execute_sql', arguments: { sql: 'SELECT 1' } };
    for (const id of [1, 2]) {
      send({ id, method: 'tools/call', params });
      expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ id, result: { isError: true } });
    }
    child.stdin.end();
    expect(await endOf(child)).toBe(0);
  });
});
