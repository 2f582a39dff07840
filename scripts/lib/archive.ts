import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { must } from '../../lab/process/run.ts';

export interface ArchiveRequest {
  /** Repository and tag of the image after it is loaded. */
  name: string;
  /** Folders, lowest first. The content of each is a layer. */
  layers: string[];
  /** How the image starts, with its environment and labels. */
  config: Record<string, unknown>;
  /** Path of the docker-save tarball. */
  output: string;
}

/** Assembles an image for the architecture of this machine, without a builder. Equal content gives equal layers. */
export async function writeArchive({ name, layers: folders, config, output }: ArchiveRequest): Promise<void> {
  const archive = await mkdtemp(join(tmpdir(), 'function-mcp-archive-'));
  try {
    const layers: Layer[] = [];
    for (const folder of folders) layers.push(await layer(folder, archive));
    const text = JSON.stringify({
      architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    });
    const configName = `${sha256(text)}.json`;
    await writeFile(join(archive, configName), text);
    const manifest = [{ Config: configName, RepoTags: [name], Layers: layers.map(({ file }) => file) }];
    await writeFile(join(archive, 'manifest.json'), JSON.stringify(manifest));
    await must('tar', [...reproducible, '-C', archive, '-cf', output, ...(await readdir(archive))]);
  } finally {
    await rm(archive, { recursive: true, force: true });
  }
}

/** The same files give the same bytes, so the base layer keeps its digest from release to release. */
const reproducible = [
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=gnu',
];

interface Layer {
  file: string;
  diffId: string;
}

async function layer(directory: string, archive: string): Promise<Layer> {
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
