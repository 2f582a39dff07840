import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort, removeFolder, temporaryFolder } from '../../../lab/process/server-process.ts';
import { build } from '../../../scripts/build.ts';
import { repository } from '../../../scripts/lib/release.ts';

it('is a separate bundle, which the program starts; the program holds no MCP SDK', async () => {
  const folder = await temporaryFolder('function-mcp-bundle');
  await build(join(repository, 'src'), folder);
  const sdk = /SSEServerTransport|StreamableHTTPClientTransport/;
  expect(await readFile(join(folder, 'bridge.js'), 'utf8')).toMatch(sdk);
  expect(await readFile(join(folder, 'main.js'), 'utf8')).not.toMatch(sdk);

  const port = await freePort();
  const args = ['bridge', `--listen=127.0.0.1:${port}`, '--server=http://127.0.0.1:1'];
  const program = spawn(process.execPath, [join(folder, 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ msg: 'Serving', address: `127.0.0.1:${port}` });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(503);
  } finally {
    program.kill('SIGTERM');
    await once(program, 'close');
    await removeFolder(folder);
  }
  expect(program.exitCode).toBe(0);
});
