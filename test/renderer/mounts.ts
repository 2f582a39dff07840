import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders of an init container. */
export interface Mounts extends Disposable {
  template: string;
  credentials: string;
  out: string;
}

export const makeMounts = (): Mounts => {
  const root = mkdtempSync(join(tmpdir(), 'render-config-'));
  chmodSync(root, 0o755);
  const folder = (name: string): string => {
    const path = join(root, name);
    mkdirSync(path);
    chmodSync(path, 0o777);
    return path;
  };
  return {
    template: folder('template'),
    credentials: folder('credentials'),
    out: folder('out'),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
};

/**
 * Fills a folder as the kubelet fills a mounted ConfigMap or Secret: the files are in a separate
 * folder, and a link to it is swapped at once. Called again it is an update.
 */
export const mount = (folder: string, files: Record<string, string>): void => {
  const version = mkdtempSync(join(folder, '..2026_'));
  chmodSync(version, 0o755);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(version, name), text);
    const link = join(folder, name);
    rmSync(link, { force: true });
    symlinkSync(join('..data', name), link);
  }
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
};
