import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../../lab/process/run.ts';
import { ensureTool } from '../../lab/tools/build.ts';

export interface ImageRequest {
  /** With its registry's host and its tag. */
  name: string;
  /** Folder whose content becomes the layer. */
  root: string;
  /** Image below it; default: none. */
  base?: string;
  entrypoint: string[];
  /** Of its process; default 65532. */
  user?: number;
  /** Of its files, as UID:GID; default root's. */
  owner?: string;
  env?: Record<string, string>;
}

/** Makes an image of one layer and pushes it, without a builder. */
export async function pushImage({
  name,
  root,
  base,
  entrypoint,
  user = 65532,
  owner = '0:0',
  env = {},
}: ImageRequest) {
  const crane = await ensureTool('crane');
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-layer-'));
  try {
    const layer = join(folder, 'layer.tar');
    const [uid = '0', gid = '0'] = owner.split(':');
    await must('tar', ['-C', root, `--owner=${uid}`, `--group=${gid}`, '--numeric-owner', '-cf', layer, '.']);
    const below = base ? ['-b', base] : ['--oci-empty-base'];
    await must(crane, ['append', '--insecure', ...below, '-f', layer, '-t', name]);
    const settings = ['--set-platform', `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`];
    for (const [key, value] of Object.entries(env)) settings.push('--env', `${key}=${value}`);
    settings.push('--entrypoint', entrypoint.join(','), '--user', String(user), '-t', name);
    await must(crane, ['mutate', '--insecure', ...settings, name]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
