import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** Downloads Debian packages and unpacks them into `folder`. Installs nothing. */
export async function unpackDebianPackages(packages: string[], folder: string): Promise<void> {
  const install = 'these tests unpack servers from Debian packages: run them on Debian or a derivative of it';
  const downloads = join(folder, 'downloads');
  await mkdir(downloads, { recursive: true });
  const download = () => run('apt-get', ['download', '-q', ...packages], { cwd: downloads, install });
  try {
    await download();
  } catch (error) {
    // A new machine has no package lists yet.
    if (process.getuid?.() !== 0) throw new Error('run "apt-get update" as root first', { cause: error });
    await run('apt-get', ['update', '-q'], { install });
    await download();
  }
  for (const file of await readdir(downloads)) {
    await run('dpkg', ['-x', join(downloads, file), folder], { install });
  }
  await rm(downloads, { recursive: true });
}
