import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must, run } from '../../lab/process/run.ts';
import { writeArchive } from './archive.ts';
import { dockerfileEnvironment, dockerfileLabels } from './dockerfile.ts';
import { type Release, repository } from './release.ts';

/**
 * How the image is built: from the Dockerfile with one of the two builders, or assembled from parts of this machine.
 */
export type Builder = 'docker' | 'buildah' | 'assemble';

/** How the image starts. The Dockerfile contains the same, and test/packages compares the two. */
export const start = {
  Entrypoint: ['/usr/local/bin/node', '/app/main.js'],
  User: '65532:65532',
  ExposedPorts: { '9443/tcp': {} },
};

export interface ImageRequest {
  builder: Builder;
  release: Release;
  /** Folder with the bundles. Only `assemble` reads it, because the Dockerfile builds the bundles. */
  dist: string;
  /** Path of the docker-save tarball. */
  output: string;
  /** Additional arguments of `docker build` or `buildah build`. */
  flags?: string[];
}

/** Docker if its daemon answers, otherwise the parts of this machine. buildah only if requested. */
export async function defaultBuilder(): Promise<Builder> {
  return (await run('docker', ['info', '--format', '{{.ServerVersion}}'])).status === 0
    ? 'docker'
    : 'assemble';
}

/** Writes the runtime image for the architecture of this machine as a docker-save tarball. */
export async function buildImage({
  builder,
  release,
  dist,
  output,
  flags: more = [],
}: ImageRequest): Promise<void> {
  const labels = await imageLabels(release);
  await mkdir(dirname(output), { recursive: true });
  await rm(output, { force: true });
  if (builder === 'assemble') return assemble(labels, dist, output);

  const name = `function-mcp:${release.version}`;
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  if (builder === 'buildah') flags.push('--layers');
  await must(builder, ['build', ...flags, ...more, '--tag', name, '.'], { cwd: repository });
  await (builder === 'docker'
    ? must('docker', ['save', '--output', output, name])
    : must('buildah', ['push', name, `docker-archive:${output}:${name}`]));
}

/** OCI labels that change with each release. The Dockerfile contains the others. */
export async function imageLabels({ version }: Pick<Release, 'version'>): Promise<Record<string, string>> {
  const revision = await run('git', ['-C', repository, 'rev-parse', 'HEAD']);
  return {
    'org.opencontainers.image.version': version,
    ...(revision.status === 0 ? { 'org.opencontainers.image.revision': revision.output.trim() } : {}),
  };
}

async function assemble(labels: Record<string, string>, dist: string, output: string): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error('without Docker or buildah, the image can be assembled on Linux only');
  }
  const work = await mkdtemp(join(tmpdir(), 'function-mcp-image-'));
  try {
    const root = join(work, 'root');
    await must('sh', [join(repository, 'scripts', 'rootfs.sh'), process.execPath, dist, root]);
    await writeArchive({
      name: `function-mcp:${labels['org.opencontainers.image.version']}`,
      layers: [join(root, 'base'), join(root, 'app')],
      config: {
        ...start,
        Env: Object.entries(await dockerfileEnvironment()).map(([name, value]) => `${name}=${value}`),
        Labels: { ...(await dockerfileLabels()), ...labels },
      },
      output,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
