import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { dockerfileEnvironment, dockerfileLabels } from './dockerfile.ts';
import { type Release, repository } from './release.ts';
import { must, run } from './run.ts';

/** How the image is made: from the Dockerfile by one of the two builders, or put together from this machine's parts. */
export type Builder = 'docker' | 'buildah' | 'assemble';

/** How the image starts; the Dockerfile says the same, and test/packages compares the two. */
export const start = {
  Entrypoint: ['/usr/local/bin/node', '/app/main.js'],
  User: '65532:65532',
  ExposedPorts: { '9443/tcp': {} },
};

export interface ImageRequest {
  builder: Builder;
  release: Release;
  /** Folder with the bundles; only `assemble` reads it, as the Dockerfile builds its own. */
  dist: string;
  /** Where the docker-save tarball goes. */
  output: string;
}

/** Docker where its daemon answers; else the parts of this machine. buildah only when asked for. */
export async function defaultBuilder(): Promise<Builder> {
  return (await run('docker', ['info', '--format', '{{.ServerVersion}}'])).status === 0
    ? 'docker'
    : 'assemble';
}

/** Writes the runtime image of this machine's architecture as a docker-save tarball. */
export async function buildImage({ builder, release, dist, output }: ImageRequest): Promise<void> {
  const labels = await imageLabels(release);
  await mkdir(dirname(output), { recursive: true });
  await rm(output, { force: true });
  if (builder === 'assemble') return assemble(labels, dist, output);

  const name = `function-mcp:${release.version}`;
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  if (builder === 'buildah') flags.push('--layers');
  await must(builder, ['build', ...flags, '--tag', name, '.'], { cwd: repository });
  await (builder === 'docker'
    ? must('docker', ['save', '--output', output, name])
    : must('buildah', ['push', name, `docker-archive:${output}:${name}`]));
}

/** OCI labels that change with each release; the Dockerfile holds the others. */
async function imageLabels({ version }: Release): Promise<Record<string, string>> {
  const revision = await run('git', ['-C', repository, 'rev-parse', 'HEAD']);
  return {
    'org.opencontainers.image.version': version,
    ...(revision.status === 0 ? { 'org.opencontainers.image.revision': revision.output.trim() } : {}),
  };
}

async function assemble(labels: Record<string, string>, dist: string, output: string): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error('without Docker or buildah the image can be put together on Linux only');
  }
  const work = await mkdtemp(join(tmpdir(), 'function-mcp-image-'));
  try {
    const root = join(work, 'root');
    await must('sh', [join(repository, 'scripts', 'rootfs.sh'), process.execPath, dist, root]);
    const archive = join(work, 'image');
    await mkdir(archive);
    const layers = [await layer(join(root, 'base'), archive), await layer(join(root, 'app'), archive)];
    const config = JSON.stringify({
      architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: {
        ...start,
        Env: Object.entries(await dockerfileEnvironment()).map(([name, value]) => `${name}=${value}`),
        Labels: { ...(await dockerfileLabels()), ...labels },
      },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    });
    const configName = `${sha256(config)}.json`;
    await writeFile(join(archive, configName), config);
    const version = labels['org.opencontainers.image.version'];
    const manifest = [
      { Config: configName, RepoTags: [`function-mcp:${version}`], Layers: layers.map(({ file }) => file) },
    ];
    await writeFile(join(archive, 'manifest.json'), JSON.stringify(manifest));
    await must('tar', [...reproducible, '-C', archive, '-cf', output, ...(await readdir(archive))]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Same files, same bytes: the base layer keeps its digest from release to release. */
const reproducible = [
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=gnu',
];

async function layer(directory: string, archive: string): Promise<{ file: string; diffId: string }> {
  const tar = `${directory}.tar`;
  await must('tar', [...reproducible, '-C', directory, '-cf', tar, '.']);
  const plain = await readFile(tar);
  const packed = await promisify(gzip)(plain, { level: 6 });
  const file = `${sha256(packed)}.tar.gz`;
  await writeFile(join(archive, file), packed);
  return { file, diffId: `sha256:${sha256(plain)}` };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
