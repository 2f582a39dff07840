import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must } from '../../lab/process/run.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import manifest from '../../package.json' with { type: 'json' };
import { writeArchive } from './archive.ts';
import { dockerfileLabels } from './dockerfile.ts';
import { type Builder, imageLabels } from './image.ts';
import { repository } from './release.ts';

/** MCP servers that are built here: each is a folder below `images/` with a Go program of the same name. */
export const serverImages = Object.keys(manifest.config.images) as (keyof typeof manifest.config.images)[];
export type ServerImage = (typeof serverImages)[number];

/** Tag of a server's image, which differs from the tag of the function. */
export const serverTag = (name: ServerImage): string => `v${manifest.config.images[name]}`;

/** How the image starts. Its Dockerfile contains the same, and test/packages compares the two. */
export const serverStart = (name: ServerImage) => ({
  Entrypoint: [`/${name}`],
  User: '65532:65532',
  ExposedPorts: { '8080/tcp': {} },
});

/** Writes the image of a server, for this machine's architecture, as a docker-save tarball. */
export async function buildServerImage(name: ServerImage, builder: Builder, output: string): Promise<void> {
  const folder = join(repository, 'images', name);
  const labels = await imageLabels({ version: serverTag(name) });
  await mkdir(dirname(output), { recursive: true });
  await rm(output, { force: true });
  const tag = `${name}:${serverTag(name)}`;
  if (builder !== 'assemble') {
    const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
    await must(builder, ['build', ...flags, '--tag', tag, '.'], { cwd: folder });
    await (builder === 'docker'
      ? must('docker', ['save', '--output', output, tag])
      : must('buildah', ['push', tag, `docker-archive:${output}:${tag}`]));
    return;
  }
  const work = await mkdtemp(join(tmpdir(), 'function-mcp-server-'));
  try {
    const root = join(work, 'root');
    await mkdir(root);
    await cp(await ensureTool(name), join(root, name));
    await chmod(join(root, name), 0o755);
    await writeFile(join(root, 'LICENSES.txt'), await must('sh', ['licenses.sh'], { cwd: folder }));
    const own = await dockerfileLabels(`images/${name}/Dockerfile`);
    const config = { ...serverStart(name), Labels: { ...own, ...labels } };
    await writeArchive({ name: tag, layers: [root], config, output });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
