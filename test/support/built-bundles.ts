import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { build } from '../../scripts/build.ts';
import { repository } from '../../scripts/lib/release.ts';

/** Builds the bundles of the sources for a test file, in a temporary folder that is removed after it. */
export const builtBundles = (name: string): { folder: () => string; dist: () => string } => {
  let folder: string | undefined;
  const built = (): string => {
    if (folder === undefined) throw new Error('the bundles are built before the first test');
    return folder;
  };
  beforeAll(async () => {
    folder = await temporaryFolder(name);
    await build(join(repository, 'src'), join(folder, 'dist'));
  });
  afterAll(async () => {
    if (folder) await removeFolder(folder);
  });
  return { folder: built, dist: () => join(built(), 'dist') };
};
