import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Mount extends AsyncDisposable {
  folder: string;
  /** Replaces all files at once, as the kubelet refreshes a ConfigMap or Secret volume. */
  write: (files: Record<string, string>) => Promise<void>;
}

/** A folder as the kubelet creates it: files are links through `..data`, which a rename replaces. */
export const kubeletMount = async (files: Record<string, string>): Promise<Mount> => {
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-mount-'));
  let present: string[] = [];
  let generation = 0;
  const write: Mount['write'] = async (next) => {
    const before = `..state-${generation}`;
    const state = `..state-${++generation}`;
    await mkdir(join(folder, state));
    for (const [name, text] of Object.entries(next)) await writeFile(join(folder, state, name), text);
    await symlink(state, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    for (const name of Object.keys(next)) {
      if (!present.includes(name)) await symlink(`..data/${name}`, join(folder, name));
    }
    for (const name of present) if (!(name in next)) await unlink(join(folder, name));
    present = Object.keys(next);
    await rm(join(folder, before), { recursive: true, force: true });
  };
  await write(files);
  return { folder, write, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};
