import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../src/contract/result.ts';

/** For each image, its version and the hash of the source that has this version. */
export type ImageVersions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Hash of the source of an image. Tests are left out, because they are not part of the program. */
export function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('_test.go'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${file.slice(folder.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/**
 * The versions to record. A source that differs from the recorded one needs another version, because pods restart for a
 * new image only if its tag changes. The error is a sentence for each image whose version must be raised.
 */
export function versionsOf(
  images: Readonly<Record<string, { version: string; hash: string }>>,
  recorded: ImageVersions,
): Result<ImageVersions, string> {
  const unchanged = Object.entries(images).filter(
    ([name, { version, hash }]) => (recorded[name]?.[version] ?? hash) !== hash,
  );
  return unchanged.length > 0
    ? fail(
        unchanged
          .map(
            ([name, { version }]) =>
              `The source in images/${name} has changed since version ${version}. Raise the version of ${name} in package.json, config.images, and run "npm run generate".`,
          )
          .join('\n'),
      )
    : ok(Object.fromEntries(Object.entries(images).map(([name, it]) => [name, { [it.version]: it.hash }])));
}
