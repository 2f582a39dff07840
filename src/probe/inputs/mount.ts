import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The link that the kubelet swaps when it renews a mount: everything in the folder points through it. */
const link = '..data';

/** The code of a failed file operation, such as `ENOENT`: it names no path and no content. */
export const codeOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'unknown';
};

/** A text that changes whenever a file may have; undefined where there is none. */
export const fileVersion = async (path: string): Promise<string | undefined> => {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch {
    return undefined;
  }
};

/**
 * A text that changes whenever a file in a mounted folder may have. A mount of the kubelet costs one call; of a
 * plain folder every file is looked at.
 */
export const folderVersion = async (folder: string): Promise<string | undefined> => {
  try {
    return await readlink(join(folder, link));
  } catch {
    const names = await readdir(folder).catch(() => undefined);
    if (!names) return undefined;
    const versions = await Promise.all(names.sort().map((name) => fileVersion(join(folder, name))));
    return names.map((name, index) => `${name}=${versions[index] ?? ''}`).join('\n');
  }
};

/**
 * The contents of those of the named files that there are. All are of one state of the mount, even while the
 * kubelet renews it: then some may be missing, and the next version has them.
 */
export const readFiles = async (folder: string, names: Iterable<string>): Promise<Map<string, string>> => {
  const state = await readlink(join(folder, link)).then(
    (target) => resolve(folder, target),
    () => folder,
  );
  const files = new Map<string, string>();
  for (const name of new Set(names)) {
    if (!isFileName(name)) continue;
    const text = await readFile(join(state, name), 'utf8').catch(() => undefined);
    if (text !== undefined) files.set(name, text);
  }
  return files;
};

/** As data keys of ConfigMaps and Secrets are: nothing that leaves the folder. */
const isFileName = (name: string): boolean => /^[-._a-zA-Z0-9]{1,253}$/.test(name) && !name.startsWith('..');
