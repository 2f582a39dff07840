import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../lab/process/server-process.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { repository } from '../../scripts/lib/release.ts';
import { buildServerImage, serverImages, serverStart, serverTag } from '../../scripts/lib/server-image.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { freePort } from './free-port.ts';
import { entries, type Image, openImage, unpack } from './image.ts';

describe.each(serverImages)('the image of %s', (name) => {
  const directory = mkdtempSync(join(tmpdir(), 'function-mcp-server-image-test-'));
  const tarball = join(directory, 'image.tar');
  const root = join(directory, 'root');
  const dockerfile = readFileSync(join(repository, 'images', name, 'Dockerfile'), 'utf8');
  let image: Image;
  beforeAll(async () => {
    await buildServerImage(name, 'assemble', tarball);
    image = openImage(tarball);
    unpack(image, root);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is the one that a server type runs', () => {
    const images = serverTypes.map(({ image: { repository: path, tag } }) => `${path}:${tag}`);
    expect(images.filter((each) => each.endsWith(`/tas/${name}:${serverTag(name)}`))).toHaveLength(1);
  });

  it('is valid, says what it is, and starts its program, not as root', async () => {
    const crane = await ensureTool('crane');
    expect(execFileSync(crane, ['validate', '--tarball', tarball]).toString()).toContain('PASS');
    const { Labels = {}, ...start } = image.config.config;
    expect(start).toEqual(serverStart(name));
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': serverTag(name),
    });
  });

  it('holds its program and the licences of all that is in it', () => {
    const files = image.layers.flatMap(({ tar }) => entries(tar));
    expect(
      files.filter(({ path }) => path !== '').map(({ path, mode, owner }) => [path, mode, owner]),
    ).toEqual([
      ['LICENSES.txt', '-rw-r--r--', '0/0'],
      [name, '-rwxr-xr-x', '0/0'],
    ]);
    const licences = readFileSync(join(root, 'LICENSES.txt'), 'utf8');
    const modules = readFileSync(join(repository, 'images', name, 'go.mod'), 'utf8');
    for (const [, module = ''] of modules.matchAll(/^\t(\S+ v\S+)$/gm)) expect(licences).toContain(module);
    expect(licences).toContain('Apache License');
  });

  it('starts in nothing but its own files', async () => {
    const port = await freePort();
    const config = { connections: { none: { problem: 'SecretNotFound', readOnly: true } } };
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
    const program = [root, `/${name}`, `--port=${port}`, '--config=/config.json'];
    const [command = '', ...args] =
      process.getuid?.() === 0
        ? ['chroot', '--userspec=2000:2000', ...program]
        : ['unshare', '--map-root-user', 'chroot', ...program];
    const server = startServer({
      command,
      args,
      env: { PATH: process.env['PATH'] },
    });
    const health = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await server.until(health, 10);
    await server.stop();
    expect(server.exit()).toEqual({ code: 0, signal: null });
  });

  it('has the same start in its Dockerfile', () => {
    const { Entrypoint, User, ExposedPorts } = serverStart(name);
    const [port = ''] = Object.keys(ExposedPorts);
    expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(Entrypoint)}`);
    expect(dockerfile).toContain(`USER ${User}`);
    expect(dockerfile).toContain(`EXPOSE ${port.replace('/tcp', '')}`);
  });
});
