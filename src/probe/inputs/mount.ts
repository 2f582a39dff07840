import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The link that the kubelet replaces when it refreshes a mount. All files in the folder are links through it. */
const link = '..data';

/** The code of a failed file operation, such as `ENOENT`. It contains no path and no content. */
export const codeOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'unknown';
};

/** A text that changes if the file may have changed. Undefined if the file does not exist. */
export const fileVersion = async (path: string): Promise<string | undefined> => {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch {
    return undefined;
  }
};

/**
 * A text that changes if a file in a mounted folder may have changed. It takes one call for a mount of the kubelet. In
 * a plain folder, it takes one call per file.
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
 * Returns the contents of those named files that exist. All are from the same state of the mount, even during a
 * refresh. Then some may be missing, and the next version contains them.
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

/** Valid as a data key of ConfigMaps and Secrets, so the path stays inside the folder. */
const isFileName = (name: string): boolean => /^[-._a-zA-Z0-9]{1,253}$/.test(name) && !name.startsWith('..');
