import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../process/run.ts';

/** Downloads Debian packages and unpacks them into `folder`. Installs nothing. */
export async function unpackDebianPackages(packages: string[], folder: string): Promise<void> {
  const install = 'these tests unpack servers from Debian packages: run them on Debian or a derivative of it';
  const downloads = join(folder, 'downloads');
  await mkdir(downloads, { recursive: true });
  const download = () => must('apt-get', ['download', '-q', ...packages], { cwd: downloads, install });
  try {
    await download();
  } catch (error) {
    // A new machine has no package lists yet.
    if (process.getuid?.() !== 0) throw new Error('run "apt-get update" as root first', { cause: error });
    await must('apt-get', ['update', '-q'], { install });
    await download();
  }
  for (const file of await readdir(downloads)) {
    await must('dpkg', ['-x', join(downloads, file), folder], { install });
  }
  await rm(downloads, { recursive: true });
}
