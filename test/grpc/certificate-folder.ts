import { copyFile, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../../lab/backends/certificates.ts';

/** A folder as Kubernetes mounts a Secret: each file is a link through `..data`, which is swapped as a whole. */
export interface CertificateFolder {
  path: string;
  /** Swaps in other files at once; those left out are not there any more. */
  put(files: { certificate?: string; key?: string; ca?: string }): Promise<void>;
}

const FILES = { certificate: 'tls.crt', key: 'tls.key', ca: 'ca.crt' } as const;

/** Makes such a folder, without content yet. */
export async function certificateFolder(path: string): Promise<CertificateFolder> {
  await mkdir(path, { recursive: true });
  let version = 0;
  for (const name of Object.values(FILES)) await symlink(join('..data', name), join(path, name));
  return {
    path,
    put: async (files) => {
      const before = `..version-${version}`;
      const folder = `..version-${++version}`;
      await mkdir(join(path, folder));
      for (const [kind, name] of Object.entries(FILES)) {
        const source = files[kind as keyof typeof FILES];
        if (source !== undefined) await copyFile(source, join(path, folder, name));
      }
      await symlink(folder, join(path, '..data-next'));
      await rename(join(path, '..data-next'), join(path, '..data'));
      await rm(join(path, before), { recursive: true, force: true });
    },
  };
}

/** A certificate's files together with the CA that the other side must have. */
export function withCa(issued: Certificate, ca: string): { certificate: string; key: string; ca: string } {
  return { ...issued, ca };
}
